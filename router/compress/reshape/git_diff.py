"""Unified diffs: file headers on one line, and of the unchanged lines only how far changes are apart."""

import re
from collections.abc import Sequence

from router.compress.reshape.reshaped import Reshaped, plain

_FILE = re.compile(r"^diff --(?:git|cc|combined) ")
_NOISE = re.compile(r"^(index [0-9a-f]+(\.\.|,)|similarity index |dissimilarity index )")
_HUNK = re.compile(r"^(@@+) -(\d+)(?:,(\d+))? .*?\+(\d+)(?:,(\d+))? \1(.*)$")
GAP = " …"


def reshape(lines: Sequence[str]) -> Reshaped:
    """Every changed line, every file and every hunk's place; context is left out."""
    out: list[str] = []
    told: dict[str, str] = {}
    at = 0
    while at < len(lines):
        if lines[at].startswith("diff --") and _FILE.match(lines[at]):
            at = _header(lines, at, out, told)
        elif hunk := lines[at].startswith("@@") and _HUNK.match(lines[at]):
            at = _hunk(lines, at, hunk, out)
        else:
            out.append(lines[at])
            at += 1
    return Reshaped(out, told, _context(lines))


def _context(lines: Sequence[str]) -> set[str]:
    """The unchanged lines."""
    inside = False
    found = set()
    for line in lines:
        if line.startswith("@@") and _HUNK.match(line):
            inside = True
        elif not line.startswith((" ", "+", "-", "\\")) and line:
            inside = False
        elif inside and line.startswith(" "):
            found.add(plain(line))
    return found


def _header(lines: Sequence[str], at: int, out: list[str], told: dict[str, str]) -> int:
    """The header lines a reader needs: `--- a/x` and `+++ b/x` alone when they name what `diff --git` does."""
    head = [lines[at]]
    at += 1
    while (
        at < len(lines)
        and not (lines[at].startswith("@@") and _HUNK.match(lines[at]))
        and not _FILE.match(lines[at])
        and lines[at][:1] in "-+ondrsicBm"
    ):
        if lines[at][:1] == "-" and not lines[at].startswith("--- "):
            break
        if not _NOISE.match(lines[at]):
            head.append(lines[at])
        at += 1
    names = [line for line in head if line.startswith(("--- ", "+++ "))]
    same = len(names) == 2 and names[0][5:] == names[1][5:] and names[0][4] != "/"
    if same:
        told[plain(names[0])] = names[1]
        head = [names[1], *(line for line in head[1:] if line not in names)]
    elif len(names) == 2:
        head = [line for line in head[1:] if not line.startswith(("rename ", "copy "))]
    out += head
    return at


def _hunk(lines: Sequence[str], at: int, hunk: "re.Match[str]", out: list[str]) -> int:
    marks = len(hunk[1]) - 1
    out.append(lines[at][: len(lines[at]) - len(hunk[6])])
    at += 1
    left = int(hunk[3] or 1) if marks == 1 else None
    right = int(hunk[5] or 1)
    changed, gap = False, False
    while at < len(lines) and _inside(lines[at], marks, left, right):
        line = lines[at]
        sign = line[:marks]
        if not sign.strip():
            gap = changed
        else:
            if gap:
                out.append(GAP)
            if line[marks:].strip():
                out.append(line)
            changed, gap = True, False
        if left is not None and sign[:1] in (" ", "-", ""):
            left -= 1
        if "-" not in sign and not sign.startswith("\\"):
            right -= 1
        at += 1
    return at


def _inside(line: str, marks: int, left: int | None, right: int) -> bool:
    """Whether a line still belongs to the hunk: by its counts, and by its first characters."""
    if line.startswith("\\ "):
        return True
    if right <= 0 and (left is not None and left <= 0):
        return False
    if left is None and right <= 0 and "-" not in line[:marks]:
        return False
    return all(char in " +-" for char in line[:marks])
