"""The formatter: one canonical text for a file, with every comment kept."""

from collections.abc import Callable

from router.base.problems import Problem, has_errors
from router.policy.nodes import Comment, Item, Let, PolicyFile
from router.policy.parse.parser import parse_policy
from router.policy.parse.printer import Line, header_text, item_lines


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
    blocks += [_Block(item_lines(item, file.items), item) for item in file.items]
    blocks.sort(key=lambda block: block.first)
    comments = list(file.comments)
    blank = {number for number, line in enumerate(text.split("\n"), 1) if not line.strip()}
    out: list[str] = []
    before: _Block | None = None
    for block in blocks:
        above = _take(comments, lambda c, b=block: c.span.line < b.first)  # type: ignore[misc]
        own = _with_comments(block, _take(comments, lambda c, b=block: c.span.line <= b.last))  # type: ignore[misc]
        commented = bool(above) or own[0].startswith("#")
        lets = before is not None and isinstance(before.item, Let) and isinstance(block.item, Let)
        if before is not None and (commented or not lets):
            out.append("")
        out += _own_lines(above, block.first, blank) + own
        before = block
    if comments:
        out += ([""] if out else []) + _own_lines(comments, 0, blank)
    return "\n".join(out) + "\n" if out else ""


def _take(comments: list[Comment], wanted: Callable[[Comment], bool]) -> list[Comment]:
    taken = [comment for comment in comments if wanted(comment)]
    del comments[: len(taken)]
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
    for comment in comments:
        at_line.setdefault(_line_of(block, comment), []).append(comment)
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


def _line_of(block: _Block, comment: Comment) -> int:
    """The printed line that a comment belongs to: the last that it is in, else the next, else the last."""
    line = comment.span.line
    inside = [at for at, (_, first, last) in enumerate(block.lines) if first <= line <= last]
    later = [at for at, (_, first, _) in enumerate(block.lines) if first > line]
    return inside[-1] if inside else later[0] if later else len(block.lines) - 1
