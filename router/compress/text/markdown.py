"""Markdown cut into blocks, so that prose is told from everything that must stay as it is.

It follows CommonMark (https://spec.commonmark.org/0.31.2/) where that keeps more, and calls a block prose only
when nothing in it can be anything else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["prose", "fence", "blank", "other"]

_VERBATIM = ("<pre", "<script", "<style", "<!--", "<textarea", "<code", "<svg", "<table", "<details")
_NO_PROSE = tuple(" \t#>|<-+=[$:\\&%@~`*_")
_EMPHASIS = ("**", "__", "*", "_")


@dataclass(frozen=True, slots=True)
class Block:
    """Successive lines of one kind; `text` is exactly theirs, ends of lines included."""

    kind: Kind
    text: str


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a text; joined they are the text."""
    lines = _split(text)
    at = 0
    while at < len(lines):
        end, kind = _block(lines, at)
        yield Block(kind, "".join(lines[at:end]))
        at = end


def _split(text: str) -> list[str]:
    """Lines with their ends; only a line feed ends one, whatever else Unicode calls a line's end."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _block(lines: list[str], at: int) -> tuple[int, Kind]:
    """Where the block that begins here ends, and its kind."""
    bare = lines[at].strip()
    if not bare:
        return _while(lines, at, blank=True), "blank"
    if fence := _fence(bare):
        return _closing(lines, at + 1, fence), "fence"
    if (at == 0 and bare in ("---", "+++")) or bare == "$$":
        return _after(lines, at + 1, bare), "other"
    if bare.lower().startswith(_VERBATIM):
        mark = (
            "-->" if bare.startswith("<!--") else "</" + bare[1:].partition(">")[0].partition(" ")[0].lower()
        )
        return _after(lines, at, mark), "other"
    end = _while(lines, at, blank=False)
    return end, "prose" if all(_may_be_prose(line) for line in lines[at:end]) else "other"


def _while(lines: list[str], at: int, *, blank: bool) -> int:
    """The end of the run of lines that are blank, or are neither blank nor the start of a fence."""
    end = at + 1
    while end < len(lines):
        bare = lines[end].strip()
        if (not bare) != blank or (bare and _fence(bare)):
            break
        end += 1
    return end


def _fence(bare: str) -> str:
    """The mark that opens a code fence on this line, or nothing. Its info string holds no back tick."""
    for mark in ("`", "~"):
        length = len(bare) - len(bare.lstrip(mark))
        if length >= 3 and (mark == "~" or "`" not in bare[length:]):
            return mark * length
    return ""


def _closing(lines: list[str], at: int, fence: str) -> int:
    """The line after the one that closes a fence; the end of the text when none does."""
    for number in range(at, len(lines)):
        bare = lines[number].strip()
        if bare.startswith(fence) and not bare.strip(fence[0]):
            return number + 1
    return len(lines)


def _after(lines: list[str], at: int, mark: str) -> int:
    """The line after the next one that holds a mark; the end of the text when none does."""
    for number in range(at, len(lines)):
        if mark in lines[number].lower():
            return number + 1
    return len(lines)


def _may_be_prose(line: str) -> bool:
    """Whether a line can only be a paragraph's."""
    start = next((line[len(mark) :] for mark in _EMPHASIS if line.startswith(mark)), line)
    if start.startswith(_NO_PROSE) or "|" in line:
        return False
    head = start[:12].partition(" ")[0]
    return not (head[:-1].isdigit() and head[-1:] in (".", ")"))
