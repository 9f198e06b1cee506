"""Stack traces: frames of libraries go when there are many, the ends and the program's own stay."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from router.compress.hold import FIRM
from router.compress.patterns import bounded, compiled

FRAME = r"^\s+at \S|^\s+File \"[^\"]+\", line \d+|^\s+\d+: +0x[0-9a-f]+ - |^\s+\d+: (\S+::|<)|^\t\S+\.go:\d+|^\s+❯ \S+ \S+:\d+:\d+$|^\s*#\d+ +0x[0-9a-f]+ |^\s*#\d+ +\S+ \(.*\) at \S+:\d+"
"""A line of a stack trace (RE2)."""
_FOREIGN = (
    r"site-packages|dist-packages|/lib/python\d|[/\\]Python\d+[/\\]Lib[/\\]|/gems/|node_modules|node:internal|\(internal/|at <anonymous>$|/usr/lib|/usr/local/lib|/rustc/|/registry/src/|\.cargo/"
    r"|\bat (java|javax|jdk|sun|com\.sun|kotlin|scala|groovy|org\.(junit|springframework|apache|gradle|hibernate|mockito)|reactor|io\.netty|System\.|Microsoft\.)"
    r"|/go/src/|/usr/local/go|/go-\d[\d.]*/src/|/pkg/mod/|importlib|\bcore(\[\w+\])?::|\bstd(\[\w+\])?::|\balloc(\[\w+\])?::|_pytest|pluggy|<frozen"
)
_JUNK = r"__rustc(\[\w+\])?::|rust_begin_unwind|core(\[\w+\])?::(panicking|ops::function)|std(\[\w+\])?::(panicking|rt|sys)|__rust_|test::run_test|test::assert"
_LEAST = 4
_CALL = r"^\S+\(.*\)$|^created by \S+"
"""What Go prints above the place of a frame."""
_INNER = r"^\s+(\^|~)|^    \S|^\s{6,}\S"


Test = Callable[[str], bool]


class Cut(NamedTuple):
    """Lines with long traces cut, which of them are held, and the lines that went."""

    lines: list[str]
    held: list[int]
    gone: list[str]


def shorten_traces(lines: Sequence[str], held: Sequence[int], frame: Test) -> Cut:
    """The lines with long traces cut in the middle, with a marker that says how many frames went; `frame` tells one."""
    out = Cut([], [], [])
    at = 0
    while at < len(lines):
        line = lines[at]
        if not frame(line) and not _is_call(lines, at, frame):
            out.lines.append(line)
            out.held.append(held[at])
            at += 1
            continue
        frames = _run(lines, at, frame)
        if len(frames) < _LEAST:
            end = frames[-1][1]
            out.lines.extend(lines[at:end])
            out.held.extend(held[at:end])
            at = end
            continue
        _cut(lines, frames, out)
        at = frames[-1][1]
    return out


def _run(lines: Sequence[str], at: int, frame: Test) -> list[tuple[int, int]]:
    """The frames that follow each other from `at`: where each begins and ends."""
    frames = []
    while at < len(lines):
        if not frame(lines[at]):
            if not _is_call(lines, at, frame):
                break
            frames.append((at, at + 2))
            at += 2
            continue
        end = at + 1
        python = lines[at].lstrip().startswith("File ")
        rust = "::" in lines[at]
        while (
            python
            and end < len(lines)
            and end < at + 3
            and compiled(_INNER).search(lines[end])
            and not frame(lines[end])
        ):
            end += 1
        if rust and end < len(lines) and lines[end].lstrip().startswith("at "):
            end += 1
        frames.append((at, end))
        at = end
    return frames


def _is_call(lines: Sequence[str], at: int, frame: Test) -> bool:
    """Whether a Go frame begins here: a call, and below it its place."""
    if at + 1 >= len(lines) or not lines[at + 1].startswith("\t"):
        return False
    return compiled(_CALL).search(bounded(lines[at])) is not None and frame(lines[at + 1])


def _cut(lines: Sequence[str], frames: list[tuple[int, int]], out: Cut) -> None:
    stay = _staying(lines, frames)
    skipped = 0
    for number, (start, end) in enumerate(frames):
        if number not in stay:
            skipped += 1
            out.gone.extend(lines[start:end])
            continue
        _mark(skipped, out)
        skipped = 0
        out.lines.extend(lines[start:end])
        out.held.extend([FIRM] * (end - start))
    _mark(skipped, out)


def _staying(lines: Sequence[str], frames: list[tuple[int, int]]) -> set[int]:
    """Where it was thrown, and the ends of what is the program's own; of a library's trace, the ends."""
    own = [
        n
        for n, (start, end) in enumerate(frames)
        if not any(compiled(_FOREIGN).search(bounded(x)) for x in lines[start:end])
    ]
    if not own:
        return {0, 1, len(frames) - 2, len(frames) - 1}
    thrown = len(frames) - 1 if lines[frames[0][0]].lstrip().startswith("File ") else 0
    stay = {thrown, *own[:3], *own[-3:]}
    return {n for n in stay if not compiled(_JUNK).search(bounded(lines[frames[n][0]]))}


def _mark(skipped: int, out: Cut) -> None:
    if skipped:
        out.lines.append(f"[{skipped} frames]")
        out.held.append(FIRM)
