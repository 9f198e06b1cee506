"""A snapshot's nodes as an outline: who acts, under what name, in which row, and every text once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from router.compress.text.snapshot import Node, words

_ROWS = words("row listitem paragraph caption term definition heading deletion meter progressbar")
"""What stands in one of these belongs together and shares a line."""
_PLACES = words(
    "alert alertdialog article banner complementary contentinfo deletion dialog feed figure form grid group",
    "iframe list log main menu menubar meter navigation progressbar radiogroup region search status table",
    "tablist tabpanel toolbar tooltip tree treegrid",
)
"""Containers that say where one is; a nameless one is worth a word only when it changes what stands in it."""
_INTERRUPTS = words("alert alertdialog deletion dialog iframe meter progressbar")
_VALUED = words("combobox searchbox slider spinbutton textbox")
"""What stands inside is a value, which may well repeat the name."""
_HOLDERS = frozenset({"listbox", "treeitem"})
"""What a person acts on and that holds more of it, each worth a line."""
_SEPARATORS = frozenset("|()[]{}·•/,;:.")
_LOOKED_AT = 64
_ADDRESS_CHARS = 200
_DEEPEST = 8


@dataclass(slots=True)
class _Entry:
    """One thing said: where it stands, which line it shares, and whether it is text that may be said already."""

    row: int
    depth: int
    text: str
    label: str
    acts: bool


def outline(nodes: Sequence[Node]) -> Iterator[str]:
    """The lines of the outline, in the page's order."""
    tree = _Tree(nodes)
    entries = list(tree.entries())
    shown: _Entry | None = None
    line = ""
    for entry in _once(entries):
        if shown is not None and entry.row >= 0 and entry.row == shown.row:
            line = f"{line} {entry.text}"
        else:
            if shown is not None:
                yield line
            line = " " * entry.depth + entry.text
        shown = entry
    if shown is not None:
        yield line


def _once(entries: Sequence[_Entry]) -> Iterator[_Entry]:
    """Entries without the texts that a neighbour which acts carries as its name."""
    before: _Entry | None = None
    for entry, after in zip(entries, [*entries[1:], None]):
        if (
            entry.acts
            or not entry.label
            or not any(
                near is not None and near.acts and near.label == entry.label for near in (before, after)
            )
        ):
            yield entry
        before = entry


def squeezed(text: str) -> str:
    """The text without white space, as two printings of one name differ in it."""
    return "".join(text.split())


class _Tree:
    """Nodes with their parents and the ends of their subtrees."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        self.parent, self.end = _links(nodes)

    def entries(self) -> Iterator[_Entry]:
        """What the nodes say, in order."""
        count = len(self.nodes)
        rows, depths = [-1] * count, [0] * count
        covers: list[str] = [""] * count
        row, depth, cover = -1, 0, ""
        for at, node in enumerate(self.nodes):
            above = self.parent[at]
            row, depth, cover = (rows[above], depths[above], covers[above]) if above >= 0 else (-1, 0, "")
            text, label = self._said(at, cover)
            if self._opens_row(node, row):
                row = at
            if text:
                yield _Entry(row, depth, text, label, node.acts)
                if node.name:
                    cover = "" if node.role in _VALUED else label if node.acts else squeezed(node.name)
                if node.role in _PLACES:
                    depth = min(depth + 1, _DEEPEST)
            rows[at], depths[at], covers[at] = row, depth, cover

    @staticmethod
    def _opens_row(node: Node, row: int) -> bool:
        """Whether what stands below a node shares a line that begins with it."""
        if node.role in _ROWS:
            return row < 0 or node.role != "paragraph"
        return node.acts and row < 0 and node.role not in _HOLDERS

    def _said(self, at: int, cover: str) -> tuple[str, str]:
        """What a node says of itself beside what is said above it, and the bare label in it."""
        node = self.nodes[at]
        if node.acts:
            return self._acting(node), squeezed(node.name)
        if node.role.startswith("/"):
            return self._property(at), ""
        name = "" if not node.name or self._repeated(at, cover) or self._tooltip(at) else node.name
        value = node.value if node.value and self._is_news(node.value, cover) else ""
        if not name and not value and node.role not in _INTERRUPTS:
            return "", ""
        if node.role == "heading":
            text = " ".join(part for part in (name, value) if part)
            return f"{'#' * max(node.level, 1)} {text}".rstrip(), squeezed(text)
        if (node.role in _PLACES and name) or node.role in _INTERRUPTS:
            name = f'{node.role} "{name}"' if name else node.role
        elif node.role == "img" and name:
            name = f'img "{name}"'
        text = f"{name}: {value}" if name and value else name or value
        return (f"<changed> {text}" if node.changed and text else text), squeezed(text)

    @staticmethod
    def _acting(node: Node) -> str:
        """Role, name, reference, state and value of what a person acts on."""
        text = f"<changed> {node.role}" if node.changed else node.role
        if node.name:
            text += f' "{node.name}"'
        if node.ref:
            text += f" {node.ref}"
        if node.states:
            text += f" {node.states}"
        if node.value and (node.role in _VALUED or squeezed(node.value) not in squeezed(node.name)):
            text += f": {node.value}"
        return text

    def _property(self, at: int) -> str:
        """A property: an address only where nothing else says what the link is, any other always."""
        node = self.nodes[at]
        if node.role != "/url":
            return f"{node.role[1:]}: {node.value}" if node.value else ""
        above = self.parent[at]
        if above < 0 or self.nodes[above].name or self.nodes[above].value or any(self._labels(above)):
            return ""
        cut = node.value[:_ADDRESS_CHARS]
        return f"-> {cut}{'…' if len(cut) < len(node.value) else ''}"

    def _labels(self, at: int) -> Iterator[str]:
        """Names and texts below a node."""
        for below in range(at + 1, min(self.end[at], at + _LOOKED_AT)):
            node = self.nodes[below]
            if not node.role.startswith("/") and (node.name or node.value):
                yield node.name or node.value

    def _is_news(self, text: str, cover: str) -> bool:
        """Whether a text says more than separators and an icon font's signs, and more than the name above it."""
        bare = squeezed(text)
        return bare not in cover and not all(
            char in _SEPARATORS or "\ue000" <= char <= "\uf8ff" for char in bare
        )

    def _tooltip(self, at: int) -> bool:
        """Whether a name is what a wrapper shows when pointed at: a `generic` has no other name by ARIA 1.2."""
        return self.nodes[at].role == "generic" and any(self._labels(at))

    def _repeated(self, at: int, cover: str) -> bool:
        """Whether a name is said above already, or is nothing but what stands below, joined."""
        rest = squeezed(self.nodes[at].name)
        if not rest or (cover and rest in cover):
            return True
        missed = 0
        for below in range(at + 1, self.end[at]):
            node = self.nodes[below]
            for piece in (node.name, node.value) if not node.role.startswith("/") else ():
                bare = squeezed(piece)
                if bare and rest.startswith(bare):
                    rest = rest[len(bare) :]
                    missed = 0
            if not rest:
                return True
            missed += 1
            if missed > _LOOKED_AT:
                return False
        return False


def _links(nodes: Sequence[Node]) -> tuple[list[int], list[int]]:
    """Each node's parent (-1 at the top) and the index after its last descendant."""
    parent, end = [-1] * len(nodes), [len(nodes)] * len(nodes)
    open_nodes: list[int] = []
    for at, node in enumerate(nodes):
        while open_nodes and nodes[open_nodes[-1]].indent >= node.indent:
            end[open_nodes.pop()] = at
        parent[at] = open_nodes[-1] if open_nodes else -1
        open_nodes.append(at)
    return parent, end
