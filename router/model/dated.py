"""Names of models with the day they were built on, as providers answer them: `claude-sonnet-4-5-20250929`."""

from collections.abc import Mapping
from typing import TypeVar

_T = TypeVar("_T")


def of_name(models: Mapping[str, _T], name: str) -> _T | None:
    """What a table holds of a model: under its own name, else under the name without the day at its end, which may
    follow `-` or `@`, with or without hyphens of its own."""
    found = models.get(name)
    return models.get(undated(name)) if found is None else found


def undated(name: str) -> str:
    """The name without a day of this century at its end."""
    for size in (8, 10):
        day = name[-size:].replace("-", "")
        if name[-size - 1 : -size] in ("-", "@") and _is_day(day) and (size == 8 or name[-3] == name[-6] == "-"):
            return name[: -size - 1]
    return name


def _is_day(digits: str) -> bool:
    return len(digits) == 8 and digits.isdecimal() and digits.startswith("20") and "01" <= digits[4:6] <= "12" and "01" <= digits[6:] <= "31"
