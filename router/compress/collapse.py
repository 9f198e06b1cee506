"""Collapses repetition: equal lines in a row, blocks that repeat, many lines of one kind; what is rare stays."""

from collections.abc import Sequence

from router.compress.hold import FIRM, FREE, LOOSE
from router.compress.shapes import number_shape
from router.compress.templates import LEAST, kinds, unusual

_LONGEST_BLOCK = 16
_MIN_WORDS = 2


def collapse(lines: Sequence[str], held: Sequence[int], *, names_too: bool = False) -> list[str]:
    """The lines with repetition told as a count; a held line only goes where an equal one stays.

    Lines of one kind differ in counters, times and digests alone; with `names_too`, as in logs, in names and paths as well.
    Elsewhere names are what was asked for: rows of a listing are never of one kind.
    """
    texts, kept = _equal(lines, _places_held(lines, held))
    texts, kept = _blocks(texts, kept)
    return _of_one_kind(texts, kept, names_too)


def _equal(lines: Sequence[str], held: Sequence[int]) -> tuple[list[str], list[int]]:
    out: list[str] = []
    holds: list[int] = []
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and lines[end] == lines[at]:
            end += 1
        count = end - at
        out.append(lines[at] + (f"  [x{count}]" if count > 1 and lines[at] else ""))
        holds.append(held[at])
        at = end
    return out, holds


def _blocks(lines: Sequence[str], held: Sequence[int]) -> tuple[list[str], list[int]]:
    """Blocks of lines that come three times or more in a row, told once; numbers may differ where no line is held."""
    known: dict[str, int] = {}
    shapes = [
        known.setdefault(line if hold or _is_name(line) else number_shape(line), len(known))
        for line, hold in zip(lines, held)
    ]
    after, ends = _next_alike(shapes), _ends_of_runs(shapes)
    out: list[str] = []
    holds: list[int] = []
    at = 0
    while at < len(lines):
        size, times = _repeats(shapes, at, after) if ends[at] - at <= _LONGEST_BLOCK else (0, 0)
        if not times:
            out.append(lines[at])
            holds.append(held[at])
            at += 1
            continue
        out += [*lines[at : at + size], f"[these {size} lines {times} times, numbers differing]"]
        holds += [*held[at : at + size], FIRM]
        at += size * times
    return out, holds


def _places_held(lines: Sequence[str], held: Sequence[int]) -> list[int]:
    """The same, with what is said of places below a file's name held: in another file it is another finding."""
    out, below = list(held), False
    for at, line in enumerate(lines):
        if _is_name(line) and not line[0].isspace():
            below = True
        elif below and line[:1] == " " and line.lstrip()[:1].isdigit():
            out[at] = FIRM
        elif line[:1] != " ":
            below = False
    return out


def _is_name(line: str) -> bool:
    """Whether a line is one path or name alone: what stands below is about that one and no other."""
    return ("." in line or "/" in line) and len(line.split(None, 1)) == 1


def _next_alike(shapes: Sequence[int]) -> list[int]:
    """For each line where the next one of its shape stands; beyond the end when there is none."""
    after = [len(shapes)] * len(shapes)
    seen: dict[int, int] = {}
    for at in range(len(shapes) - 1, -1, -1):
        after[at] = seen.get(shapes[at], len(shapes))
        seen[shapes[at]] = at
    return after


def _ends_of_runs(shapes: Sequence[int]) -> list[int]:
    """For each line where the first line after it stands that is of another shape."""
    ends = [len(shapes)] * len(shapes)
    for at in range(len(shapes) - 2, -1, -1):
        ends[at] = ends[at + 1] if shapes[at] == shapes[at + 1] else at + 1
    return ends


def _repeats(shapes: Sequence[int], at: int, after: Sequence[int]) -> tuple[int, int]:
    """The size and count of a block of different lines repeated from `at`, or zeros."""
    again = after[at]
    while again - at <= _LONGEST_BLOCK and again < len(shapes):
        size = again - at
        again = after[again]
        block = shapes[at : at + size]
        if size < 2 or len(set(block)) == 1:
            continue
        times = 1
        while shapes[at + size * times : at + size * (times + 1)] == block:
            times += 1
        if times >= 3:
            return size, times
    return 0, 0


def _of_one_kind(lines: list[str], held: list[int], names_too: bool) -> list[str]:
    """Many lines of one kind are told by the first, the last and every unusual one."""
    gone: set[int] = set()
    count_at: dict[int, int] = {}
    for members in _groups(lines, held, names_too):
        if len(members) < LEAST:
            continue
        stay = {members[0], members[-1]} | unusual(lines, members)
        left_out = [member for member in members if member not in stay]
        if len(left_out) >= LEAST - 2:
            gone.update(left_out)
            count_at[members[0]] = len(left_out)
    told = (
        (line + f"  [+{count_at[n]} alike]" if n in count_at else line)
        for n, line in enumerate(lines)
        if n not in gone
    )
    return list(told)


def _groups(lines: list[str], held: list[int], names_too: bool) -> list[list[int]]:
    """Lines of one kind among those that nothing holds; in logs also failures that differ in counters alone."""
    wordy = [n for n, line in enumerate(lines) if len(line.split()) >= _MIN_WORDS]
    groups = kinds(lines, [n for n in wordy if held[n] == FREE], names_too)
    if names_too:
        groups += kinds(lines, [n for n in wordy if held[n] == LOOSE], False)
    return groups
