"""What a YAML file holds, as frozen nodes with places."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from router.base.problems import Span


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value: text, a number, true or false, or None when nothing stands there; `text` is what was written."""

    value: str | int | float | bool | None
    text: str
    span: Span

    @property
    def is_number(self) -> bool:
        return isinstance(self.value, int | float) and not isinstance(self.value, bool)


@dataclass(frozen=True, slots=True)
class ListNode:
    items: tuple["Node", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Entry:
    key: Scalar
    value: "Node"


@dataclass(frozen=True, slots=True)
class MapNode:
    entries: tuple[Entry, ...]
    span: Span

    def get(self, key: str) -> "Node | None":
        return next((entry.value for entry in self.entries if entry.key.text == key), None)

    def key(self, key: str) -> Scalar | None:
        return next((entry.key for entry in self.entries if entry.key.text == key), None)


Node = Scalar | ListNode | MapNode
Path = tuple[str | int, ...]


def plain(node: Node) -> Any:
    """The node as plain data: dicts, lists and scalars."""
    match node:
        case MapNode(entries):
            return {entry.key.text: plain(entry.value) for entry in entries}
        case ListNode(items):
            return [plain(item) for item in items]
        case Scalar(value):
            return value


def find(node: Node, path: Path) -> Node | None:
    """The node at a path of keys and list positions, or None."""
    for step in path:
        found: Node | None = None
        if isinstance(node, MapNode) and isinstance(step, str):
            found = node.get(step)
        elif isinstance(node, ListNode) and isinstance(step, int) and step < len(node.items):
            found = node.items[step]
        if found is None:
            return None
        node = found
    return node


def without(node: Node, paths: frozenset[Path], here: Path = ()) -> Node:
    """The node without what stands at the paths; lists close up."""
    match node:
        case MapNode(entries, span):
            kept = (e for e in entries if (*here, e.key.text) not in paths)
            return MapNode(
                tuple(Entry(e.key, without(e.value, paths, (*here, e.key.text))) for e in kept), span
            )
        case ListNode(items, span):
            numbered = ((i, item) for i, item in enumerate(items) if (*here, i) not in paths)
            return ListNode(tuple(without(item, paths, (*here, i)) for i, item in numbered), span)
        case Scalar():
            return node


def leaves(node: Node, here: Path = ()) -> Iterator[tuple[Path, Scalar | ListNode]]:
    """Every scalar and every list with its path of keys, in the order of the text."""
    if isinstance(node, MapNode):
        for entry in node.entries:
            yield from leaves(entry.value, (*here, entry.key.text))
    else:
        yield here, node
