"""A tool call's arguments as an operation's values; what does not fit is said in words a model can act on."""

from collections.abc import Mapping
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Any

from router.base.failures import UsageError
from router.base.render import printable
from router.ops.operation import Operation, Parameter

_MOST_ITEMS = 1_000


def values_of(operation: Operation, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The values by parameter name, defaults filled in; raises `UsageError`."""
    known = {parameter.name: parameter for parameter in operation.parameters}
    for name in arguments:
        if name not in known:
            near = get_close_matches(name, known, 1, 0.6)
            hint = f"did you mean `{near[0]}`?" if near else f"it takes {', '.join(f'`{each}`' for each in known) or 'none'}"
            raise UsageError(f"`{operation.name}` has no argument `{printable(name[:60])}`: {hint}")
    given = {name: _value(known[name], value) for name, value in arguments.items()}
    return {name: given[name] if name in given else _value(parameter, None) for name, parameter in known.items()}


def _value(parameter: Parameter, given: Any) -> Any:
    if given is None:
        if parameter.required:
            raise UsageError(f"`{parameter.name}` is missing: {parameter.help.lower() or 'it is required'}")
        return () if parameter.many else parameter.default if parameter.kind != "flag" else bool(parameter.default)
    if not parameter.many:
        return _one(parameter, given)
    if not isinstance(given, list):
        raise UsageError(f"`{parameter.name}` is a list, found {_kind(given)}")
    if len(given) > _MOST_ITEMS:
        raise UsageError(f"`{parameter.name}` has {len(given)} items, at most {_MOST_ITEMS} are taken")
    return tuple(_one(parameter, each) for each in given)


def _one(parameter: Parameter, given: Any) -> Any:
    name, kind = parameter.name, parameter.kind
    if kind == "flag":
        wanted: bool = isinstance(given, bool)
    elif kind == "whole":
        wanted = isinstance(given, int) and not isinstance(given, bool)
    elif kind == "number":
        wanted = isinstance(given, int | float) and not isinstance(given, bool) and isfinite(given)
    else:
        wanted = isinstance(given, str)
    if not wanted:
        raise UsageError(f"`{name}` is {_WORDS[kind]}, found {_kind(given)}")
    if isinstance(given, str) and len(given) > parameter.longest:
        raise UsageError(f"`{name}` has {len(given):,} characters, at most {parameter.longest:,} are taken")
    if parameter.choices and given not in parameter.choices:
        raise UsageError(f"`{name}` is one of {', '.join(parameter.choices)}; found `{printable(str(given)[:60])}`")
    if kind == "path":
        if any(ord(character) < 32 for character in given):
            raise UsageError(f"`{name}` holds control characters")
        return Path(given)
    return _well_formed(name, given) if isinstance(given, str) else given


def _well_formed(name: str, text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError(f"`{name}` holds half of a surrogate pair, which is no text") from None
    return text


_WORDS = {"text": "text", "path": "a path", "flag": "true or false", "number": "a number", "whole": "a whole number"}


def _kind(value: Any) -> str:
    names = {bool: "true or false", str: "text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "nothing of that kind")
