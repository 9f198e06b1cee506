"""YAML text -> nodes with places, within fixed bounds; nothing is ever constructed from a tag."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from router.base.pages import Page
from router.base.problems import Note, Problem, Span, error
from router.policy.sources.schema_words import one_line
from router.policy.sources.yaml_faults import faults_of_text, syntax_problem
from router.policy.sources.yaml_nodes import Entry, ListNode, MapNode, Node, Scalar

MAX_YAML_BYTES = 1024 * 1024
MAX_DEPTH = 32
MAX_NODES = 20_000
MAX_PROBLEMS = 100

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_LONGEST_WHOLE = 16
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


class _Stop(Exception):
    """Reading cannot go on: a bound is passed."""


@dataclass(slots=True)
class _Frame:
    """A list or a map that is being read; for a map `keys` holds the keys so far and `key` the one whose value comes next."""

    is_map: bool
    start: Span
    flow: bool
    anchor: str | None
    nodes_before: int
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    key: Scalar | None = None
    skipped: bool = False
    refused: bool = False

    @property
    def wants_key(self) -> bool:
        return self.is_map and self.key is None and not self.skipped


@dataclass(slots=True)
class _Reader:
    file: str
    problems: list[Problem] = field(default_factory=list)
    stack: list[_Frame] = field(default_factory=list)
    anchors: dict[str, tuple[Node, int]] = field(default_factory=dict)
    nodes: int = 0
    documents: int = 0
    root: Node | None = None

    def span(self, event: Any) -> Span:
        a, b = event.start_mark, event.end_mark
        end = (b.line + 1, b.column + 1)
        return Span(self.file, a.line + 1, a.column + 1, *max(end, (a.line + 1, a.column + 2)))

    def report(self, code: str, message: str, span: Span, help: str | None = None, *notes: Note) -> None:
        self.problems.append(error(code, message, span, help, *notes))
        if len(self.problems) >= MAX_PROBLEMS:
            raise _Stop

    def count(self, size: int, span: Span) -> None:
        self.nodes += size
        if self.nodes > MAX_NODES:
            self.report("R206", f"this file holds more than {MAX_NODES} values", span, "say it in fewer keys")
            raise _Stop

    def read(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self.start_document(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self.open(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.close(event)
            case yaml.ScalarEvent():
                self.scalar(event)
            case yaml.AliasEvent():
                self.alias(event)

    def start_document(self, event: yaml.Event) -> None:
        self.documents += 1
        if self.documents > 1:
            self.report(
                "R208",
                "a second document begins here; a policy file holds one",
                self.span(event),
                "remove the `---` line or move what follows into another file",
            )
            raise _Stop

    def open(self, event: Any) -> None:
        span = self.span(event)
        is_map = isinstance(event, yaml.MappingStartEvent)
        refused = self.refuses_tag(event, span)
        self.count(1, span)
        if len(self.stack) >= MAX_DEPTH:
            self.report(
                "R206", f"values are nested more than {MAX_DEPTH} deep", span, "no key needs that depth"
            )
            raise _Stop
        if self.stack and self.stack[-1].wants_key:
            self.report("R209", f"a key must be plain text, found a {'map' if is_map else 'list'}", span)
            raise _Stop
        frame = _Frame(is_map, span, bool(event.flow_style), event.anchor, self.nodes, refused=refused)
        self.stack.append(frame)

    def close(self, event: yaml.Event) -> None:
        frame = self.stack.pop()
        node = _closed(frame, self.span(event))
        if frame.anchor is not None:
            self.anchors[frame.anchor] = (node, self.nodes - frame.nodes_before + 1)
        self.put(None if frame.refused else node)

    def scalar(self, event: yaml.ScalarEvent) -> None:
        span = self.span(event)
        refused = self.refuses_tag(event, span)
        self.count(1, span)
        value = _resolve(event.value) if event.style in (None, "") and not event.tag else event.value
        node = Scalar(value, event.value, span)
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, 1)
        self.put(None if refused else node)

    def alias(self, event: yaml.AliasEvent) -> None:
        span = self.span(event)
        if event.anchor not in self.anchors:
            name = one_line(str(event.anchor))
            self.report("R201", f"`*{name}` names no finished `&{name}` above it", span)
            return self.put(None)
        node, size = self.anchors[event.anchor]
        self.count(size, span)
        return self.put(node)

    def put(self, node: Node | None) -> None:
        """Put a finished node where it belongs; None stands for one that was reported and is left out."""
        if not self.stack:
            self.root = node
        elif not self.stack[-1].is_map:
            self.stack[-1].items.extend([node] if node else [])
        elif self.stack[-1].wants_key:
            self.put_key(self.stack[-1], node)
        else:
            self.put_value(self.stack[-1], node)

    def put_key(self, frame: _Frame, node: Node | None) -> None:
        if isinstance(node, Scalar) and not self.refuses_key(frame, node):
            frame.key = node
            return
        if isinstance(node, MapNode | ListNode):
            self.report("R209", "a key must be plain text", node.span)
        frame.skipped = True

    def refuses_key(self, frame: _Frame, node: Scalar) -> bool:
        first = frame.entries.get(node.text)
        shown = f"`{one_line(node.text)}`"
        if node.text == "<<":
            self.report("R207", "`<<` does not merge maps here", node.span, "write the keys out")
        elif not isinstance(node.value, str):
            what = "a number" if node.is_number else shown if node.text else "nothing"
            self.report("R209", f"a key must be plain text, found {what}", node.span)
        elif first is not None:
            seen = Note("it is set here first", first.key.span)
            self.report("R202", f"{shown} is set twice", node.span, "keep one of the two", seen)
        else:
            return False
        return True

    def put_value(self, frame: _Frame, node: Node | None) -> None:
        if frame.key is not None and node is not None:
            frame.entries[frame.key.text] = Entry(frame.key, node)
        frame.key, frame.skipped = None, False

    def refuses_tag(self, event: Any, span: Span) -> bool:
        if event.tag is None:
            return False
        tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
        message = f"the tag `{one_line(tag)}` is refused: a policy holds plain values"
        self.report("R207", message, span, "remove it")
        return True


def read_yaml(text: str, file: str) -> tuple[MapNode, tuple[Problem, ...]]:
    """The file's map of keys and every fault of its YAML; an empty file is an empty map."""
    empty = MapNode((), Span.point(file))
    hidden = faults_of_text(text, file)
    if hidden:
        return empty, hidden
    reader = _Reader(file)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reader.read(event)
    except _Stop:
        return empty, tuple(reader.problems)
    except yaml.YAMLError as cause:
        return empty, (*reader.problems, syntax_problem(cause, text, file))
    return _as_map(reader.root, reader.problems, empty)


def _as_map(
    root: Node | None, problems: list[Problem], empty: MapNode
) -> tuple[MapNode, tuple[Problem, ...]]:
    match root:
        case MapNode():
            return root, tuple(problems)
        case None | Scalar(None):
            return empty, tuple(problems)
    what = "a list" if isinstance(root, ListNode) else f"`{one_line(root.text)}`"
    message = f"a policy file holds `key: value` lines, found {what}"
    return empty, (*problems, error("R204", message, root.span))


def _resolve(text: str) -> str | int | float | bool | None:
    """The value of a plain scalar by YAML 1.2's core rules, under which `off`, `no` and `12:30` are text."""
    lowered = text.lower()
    if lowered in _WORDS:
        return _WORDS[lowered]
    if _NUMBER.fullmatch(text):
        return int(text) if text.lstrip("+-").isdigit() and len(text) < _LONGEST_WHOLE else float(text)
    return text


def _closed(frame: _Frame, end: Span) -> Node:
    children: Iterator[Node] | None = None
    if not frame.flow:
        children = iter(frame.items or [e.value for e in frame.entries.values()])
    last = max((child.span for child in children), key=_end, default=None) if children else end
    start = frame.start
    line, column = _end(last) if last else (start.end_line, start.end_column)
    span = Span(start.file, start.line, start.column, *max((line, column), _end(start)))
    return (
        MapNode(tuple(frame.entries.values()), span) if frame.is_map else ListNode(tuple(frame.items), span)
    )


def _end(span: Span) -> tuple[int, int]:
    return span.end_line, span.end_column


PAGES = (
    Page(
        code="R202",
        title="a key is set twice",
        why="YAML readers keep the last of two equal keys and say nothing, so a cap further up would silently be gone.",
        bad="profile: budget\nprofile: premium\n",
        good="profile: premium\n",
        kind="repo.yml",
    ),
    Page(
        code="R206",
        title="a YAML file passes a limit",
        why="Nesting and aliases can make a small file enormous when it is expanded; no policy needs that.",
        bad="block_models: " + "[" * 33 + "]" * 33 + "\n",
        good='block_models: ["*-preview"]\n',
        kind="repo.yml",
    ),
    Page(
        code="R207",
        title="a tag or a merge key",
        why="A tag asks the reader to build an object, which is how a data file becomes a program; a merge key hides where a value comes from.",
        bad="profile: !!python/name:os.system budget\n",
        good="profile: budget\n",
        kind="repo.yml",
    ),
    Page(
        code="R208",
        title="several documents in one file",
        why="Only one of several documents could count, and nothing would say which.",
        bad="profile: budget\n---\nprofile: premium\n",
        good="profile: premium\n",
        kind="repo.yml",
    ),
    Page(
        code="R209",
        title="a key is not plain text",
        why="Every key of a policy is a name; a number, a list or a map as a key is a slip of indentation or quoting.",
        bad="task_caps: {5: 10.00}\n",
        good="task_caps: {code: 10.00}\n",
        kind="repo.yml",
    ),
)
