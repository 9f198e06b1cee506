"""What a schema's complaint says in our words."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from router.base.problems import Fix, Problem, Span, error
from router.policy.sources.suggest import did_you_mean, odd_characters
from router.policy.sources.yaml_nodes import ListNode, MapNode, Node, Path, Scalar


@dataclass(frozen=True, slots=True)
class Fault:
    """One complaint: the schema that was not met, its `keyword` with the `limit`, and the instance at `path`."""

    schema: Mapping[str, Any]
    keyword: str
    limit: Any
    instance: Any
    path: Path
    of_name: bool = False

    @property
    def expected(self) -> str:
        choices = self.schema.get("enum")
        return spoken(choices) if choices else str(self.schema.get("description", "another value"))


def bad_name(fault: Fault, span: Span) -> Problem:
    """The problem of a key that is no name of the kind its map takes."""
    name = str(fault.instance)
    odd = f" (it holds {odd_characters(name)})" if not name.isascii() else ""
    return error("R205", f"`{one_line(name)}` is not {fault.expected}{odd}", span)


def bad_value(fault: Fault, node: Node, span: Span) -> Problem:
    """The problem of a value."""
    return _BY_KEYWORD.get(fault.keyword, _wrong_value)(fault, node, span)


def _wrong_type(fault: Fault, node: Node, span: Span) -> Problem:
    message = f"`{dotted(fault.path)}` takes {fault.expected}, found {found(node)}"
    if isinstance(node, Scalar) and node.text and fault.schema["type"] == "array":
        text = (
            f"[{node.text}]"
            if re.fullmatch(r"[A-Za-z][A-Za-z0-9_./-]*", node.text)
            else f"[{json.dumps(node.text)}]"
        )
        return error("R204", message, span, f"write `{text}`", fix=Fix(span, text))
    help = None
    if isinstance(node, Scalar) and re.match(r"\s*(\$|USD)", node.text):
        help = "write the number alone, in US dollars"
    elif isinstance(node, Scalar) and node.value is None:
        help = "give it a value, or remove the key"
    elif isinstance(node, Scalar) and fault.schema["type"] == "string":
        help = f'quote it: `"{one_line(node.text)}"`'
    return error("R204", message, span, help)


def _wrong_value(fault: Fault, node: Node, span: Span) -> Problem:
    text = node.text if isinstance(node, Scalar) else ""
    odd = f", written with {odd_characters(text)}" if not text.isascii() else ""
    # what may be a pasted secret is not repeated in a message
    shown = "something else" if fault.schema.get("writeOnly") else found(node)
    message = f"`{dotted(fault.path)}` takes {fault.expected}, found {shown}{odd}"
    return error("R205", message, span, _value_help(fault, text))


def _value_help(fault: Fault, text: str) -> str | None:
    if fault.keyword == "enum":
        return did_you_mean(text, fault.schema["enum"])
    if fault.keyword in ("minimum", "exclusiveMinimum"):
        return "an amount cannot be negative" if text.startswith("-") else None
    if text != text.lower() and fault.keyword == "pattern":
        pattern = str(fault.limit).removeprefix("^").removesuffix("$")
        return f"did you mean `{one_line(text.lower())}`?" if re.fullmatch(pattern, text.lower()) else None
    if fault.keyword == "pattern" and "provider/model" in fault.expected and "/" not in text:
        glob = f", or `*/{one_line(text)}` for every provider's" if "glob" in fault.expected else ""
        return f"name the provider too: `PROVIDER/{one_line(text)}`{glob}"
    return None


def _too_few(fault: Fault, node: Node, span: Span) -> Problem:
    return error(
        "R205", f"`{dotted(fault.path)}` is empty; it takes {fault.expected}", span, "or remove the key"
    )


def _too_many(fault: Fault, node: Node, span: Span) -> Problem:
    limit = fault.limit
    if isinstance(node, MapNode) and limit == 1:
        keys = spoken([f"`{entry.key.text}`" for entry in node.entries], "and")
        return error(
            "R205", f"`{dotted(fault.path)}` says {keys}, but only one of them counts", span, "keep one"
        )
    return error("R205", f"`{dotted(fault.path)}` holds more than {limit} values or signs", span)


def _half_said(fault: Fault, node: Node, span: Span) -> Problem:
    missing = next(
        f"{dotted((*fault.path, needed))}"
        for given, all_needed in fault.limit.items()
        if given in fault.instance
        for needed in all_needed
        if needed not in fault.instance
    )
    return error("R205", f"`{dotted(fault.path)}` needs `{missing}` too", span, f"it takes {fault.expected}")


_BY_KEYWORD: dict[str, Callable[[Fault, Node, Span], Problem]] = {
    "type": _wrong_type,
    "minProperties": _too_few,
    "minItems": _too_few,
    "maxProperties": _too_many,
    "maxItems": _too_many,
    "maxLength": _too_many,
    "dependentRequired": _half_said,
}


def found(node: Node) -> str:
    """What stands there, in words."""
    match node:
        case MapNode():
            return "a map"
        case ListNode():
            return "a list"
        case Scalar(None):
            return "nothing"
        case Scalar(_, text):
            return f"`{one_line(text)}`" if text else "an empty text"


def dotted(path: Path) -> str:
    """A path as a user writes it: `routing.code`, `block_models[2]`, positions counted from 1."""
    shown = ""
    for step in path:
        shown += (
            f"[{step + 1}]" if isinstance(step, int) else f".{one_line(step)}" if shown else one_line(step)
        )
    return shown or "the file"


def one_line(text: str) -> str:
    """At most 80 characters of a text, line ends and other unprintable signs escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:80])


def spoken(names: Iterable[object], word: str = "or") -> str:
    """`a, b or c`."""
    words = [str(name) for name in names]
    return (
        words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {word} {words[-1]}" if words else "nothing"
    )
