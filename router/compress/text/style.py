"""Style modes: a short system prompt that asks a model for fewer words."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from router.base.failures import DamagedFileError, UsageError
from router.base.shipped import shipped
from router.model.terms import STYLES

OFF = STYLES[0]


@dataclass(frozen=True, slots=True)
class Styles:
    """The prompt of each mode, and the tasks that ask for prose."""

    prompts: Mapping[str, str]
    tasks: frozenset[str]


def style_prompt(mode: str, *, task: str, has_system: bool, structured: bool) -> str | None:
    """The system prompt of a mode, or None where none is due.

    None is due when the mode is `off`, the caller gave a system prompt of their own, the output is to be structured
    (JSON, a schema, tool calls), or the task does not ask for prose. Raises `UsageError` for an unknown mode.
    """
    if mode not in STYLES:
        raise UsageError(f"unknown style `{mode}`: it is one of {', '.join(STYLES)}")
    if mode == OFF or has_system or structured:
        return None
    styles = load_styles()
    return styles.prompts[mode] if task in styles.tasks else None


@cache
def load_styles() -> Styles:
    """The shipped styles, read once; raises `DamagedFileError` when they are not what was shipped."""
    path = shipped("rules/styles.toml")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        prompts = {mode: str(data["modes"][mode]).strip() for mode in STYLES if mode != OFF}
        return Styles(prompts, frozenset(data["tasks"]))
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise DamagedFileError(str(path), f"{type(cause).__name__}: {cause}") from None
