"""The formatter: one canonical text for a file, with every comment kept."""

from bisect import bisect_right
from collections import deque
from itertools import accumulate

from router.base.problems import Problem, has_errors
from router.policy.nodes import Comment, Item, Let, PolicyFile
from router.policy.parse.parser import parse_policy
from router.policy.parse.printer import Line, header_text, items_lines


def format_policy(text: str, file: str) -> tuple[str | None, tuple[Problem, ...]]:
    """The canonical text, or None and the mistakes that keep the file from being formatted."""
    parsed, problems = parse_policy(text, file)
    if has_errors(problems):
        return None, problems
    return _formatted(parsed, text), problems


class _Block:
    """An item with the source lines it spans."""

    def __init__(self, lines: list[Line], item: Item | None) -> None:
        self.lines = lines
        self.item = item
        self.first = min(first for _, first, _ in lines)
        self.last = max(last for _, _, last in lines)


def _formatted(file: PolicyFile, text: str) -> str:
    blocks: list[_Block] = []
    if file.name is not None:
        blocks.append(_Block([(header_text(file), file.name.span.line, file.name.span.end_line)], None))
    blocks += [_Block(lines, item) for item, lines in zip(file.items, items_lines(file.items), strict=True)]
    blocks.sort(key=lambda block: block.first)
    comments = deque(file.comments)
    blank = {number for number, line in enumerate(text.split("\n"), 1) if not line.strip()}
    out: list[str] = []
    before: _Block | None = None
    for block in blocks:
        above = _take(comments, block.first)
        own = _with_comments(block, _take(comments, block.last + 1))
        commented = bool(above) or own[0].startswith("#")
        lets = before is not None and isinstance(before.item, Let) and isinstance(block.item, Let)
        if before is not None and (commented or not lets):
            out.append("")
        out += _own_lines(above, block.first, blank) + own
        before = block
    if comments:
        out += ([""] if out else []) + _own_lines(list(comments), 0, blank)
    return "\n".join(out) + "\n" if out else ""


def _take(comments: deque[Comment], before: int) -> list[Comment]:
    """The comments that stand above a line; they are taken away."""
    taken: list[Comment] = []
    while comments and comments[0].span.line < before:
        taken.append(comments.popleft())
    return taken


def _spelled(comment: Comment) -> str:
    return f"# {comment.text}" if comment.text else "#"


def _own_lines(comments: list[Comment], next_line: int, blank: set[int]) -> list[str]:
    """Comments on lines of their own; a blank line after one is kept."""
    out: list[str] = []
    for at, comment in enumerate(comments):
        out.append(_spelled(comment))
        following = comments[at + 1].span.line if at + 1 < len(comments) else next_line
        if comment.span.line + 1 in blank and following > comment.span.line + 1:
            out.append("")
    return out


def _with_comments(block: _Block, comments: list[Comment]) -> list[str]:
    """A block's lines; a comment beside a line stays beside it, others stand above the line that they are in or before."""
    at_line: dict[int, list[Comment]] = {}
    lines = _Lines(block.lines) if comments else None
    for comment in comments:
        at_line.setdefault(lines.of(comment.span.line) if lines else 0, []).append(comment)
    out: list[str] = []
    for at, (text, _, _) in enumerate(block.lines):
        indent = "  " if at else ""
        own = at_line.get(at, [])
        # Several that stood beside parts of one condition would change places if the first stayed there.
        beside = (
            own.pop()
            if own and [c.own_line for c in own].count(False) == 1 and not own[-1].own_line
            else None
        )
        out += [f"{indent}{_spelled(comment)}" for comment in own]
        out.append(f"{text}  {_spelled(beside)}" if beside else text)
    return out


class _Lines:
    """Which printed line a comment belongs to, by its line in the source."""

    def __init__(self, lines: list[Line]) -> None:
        self._holds = {row: at for at, (_, first, last) in enumerate(lines) for row in range(first, last + 1)}
        begins = sorted((first, at) for at, (_, first, _) in enumerate(lines))
        self._firsts = [first for first, _ in begins]
        # The earliest printed line among those that begin further down.
        self._later = [*accumulate([at for _, at in reversed(begins)], min)][::-1]
        self._last = len(lines) - 1

    def of(self, row: int) -> int:
        """The last printed line that the row is in, else the next, else the last."""
        if row in self._holds:
            return self._holds[row]
        place = bisect_right(self._firsts, row)
        return self._later[place] if place < len(self._later) else self._last
