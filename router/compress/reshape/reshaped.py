"""What a reshaper gives back when it says some lines in other words."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import NamedTuple


class Reshaped(NamedTuple):
    """The new lines; of lines gone, what stands for them (`told`); and lines gone that quote a source file (`quoted`).

    Keys of `told` and members of `quoted` are the old lines, with single spaces and no margin.
    """

    lines: list[str]
    told: Mapping[str, str] = MappingProxyType({})
    quoted: AbstractSet[str] = frozenset()


def plain(line: str) -> str:
    """The line with single spaces and no margin."""
    return " ".join(line.split())
