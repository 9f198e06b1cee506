"""The comments of a YAML text with their places; YAML readers drop them."""

import re
from collections.abc import Iterator

from router.base.problems import Span
from router.policy.nodes import Comment
from router.policy.sources.yaml_nodes import ListNode, MapNode, Node, Scalar

_SIGN = re.compile(r"(?:^|(?<=[ \t]))#")


def comments_of(text: str, root: MapNode) -> tuple[Comment, ...]:
    """Every comment outside of quoted and folded values, in the order of the text."""
    lines = text.split("\n")
    taken = [scalar.span for scalar in _scalars(root)]
    found: list[Comment] = []
    for number, line in enumerate(lines, 1):
        for hit in _SIGN.finditer(line):
            column = hit.start() + 1
            if not any(_covers(span, number, column) for span in taken):
                span = Span(root.span.file, number, column, number, len(line) + 1)
                found.append(Comment(line[hit.end() :].strip(), span, not line[: hit.start()].strip()))
                break
    return tuple(found)


def _covers(span: Span, line: int, column: int) -> bool:
    return (span.line, span.column) <= (line, column) < (span.end_line, span.end_column)


def _scalars(node: Node) -> Iterator[Scalar]:
    match node:
        case MapNode(entries):
            for entry in entries:
                yield entry.key
                yield from _scalars(entry.value)
        case ListNode(items):
            for item in items:
                yield from _scalars(item)
        case Scalar():
            yield node
