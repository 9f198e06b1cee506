"""Drops and shortens lines as the chosen filters say, around what is protected."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from router.compress.filter import Section
from router.compress.hold import FIRM, FREE, LOOSE
from router.compress.patterns import bounded, compiled
from router.compress.plan import Label, Plan


class Draft(NamedTuple):
    """Lines that stay and which of them nothing may collapse; what was dropped knowing that it looks like a failure; what lines became.

    Keys and members of the last three are lines with single spaces and no margin.
    """

    lines: list[str]
    held: list[int]
    waived: set[str]
    shortened: dict[str, str]
    told: Mapping[str, str]


def apply_filters(lines: Sequence[str], plan: Plan, *, last: int = 0) -> Draft:
    """The draft after dropping; a line one of several filters may drop goes unless one keeps it.

    The `last` lines count as protected: the reason of a failed command often stands there without any word for it.
    """
    draft = Draft([], [], set(), {}, {})
    state = _Sections(plan.sections)
    tail = len(lines) - last
    for number, line in enumerate(lines):
        labels = plan.of(line)
        inside = state.enter(labels)
        keep = ("keep", 0) in labels
        protected = ("protect", 0) in labels or number >= tail
        if not keep and _goes(labels, protected, inside):
            if protected:
                draft.waived.add(" ".join(line.split()))
            continue
        short = _shortened(line, labels, plan)
        if short != line:
            draft.shortened[" ".join(line.split())] = short
        draft.lines.append(short)
        draft.held.append(_hold(labels, keep or number >= tail))
    return draft


def _goes(labels: frozenset[Label], protected: bool, inside: tuple[Section, int] | None) -> bool:
    if ("drop_sure", 0) in labels:
        return True
    if inside is not None:
        section, number = inside
        if ("only", number) in labels or ("start", number) in labels:
            return False
        if section.sure or not protected:
            return True
    return not protected and ("drop", 0) in labels


def _hold(labels: frozenset[Label], firmly: bool) -> int:
    if firmly or any(kind in ("fact", "place") for kind, _ in labels):
        return FIRM
    return LOOSE if ("protect", 0) in labels else FREE


class _Sections:
    """Which section the current line is in: one that opens inside another gives way to it again when it ends."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = sections
        self._open: list[int] = []

    def enter(self, labels: frozenset[Label]) -> tuple[Section, int] | None:
        for depth, number in enumerate(self._open):
            if ("end", number) in labels:
                del self._open[depth:]
                break
        for number in range(len(self._sections)):
            if ("start", number) in labels:
                if number in self._open:
                    del self._open[self._open.index(number) :]
                self._open.append(number)
                break
        return (self._sections[self._open[-1]], self._open[-1]) if self._open else None


def _shortened(line: str, labels: frozenset[Label], plan: Plan) -> str:
    """The line after every `shorten` that matches it; a result that is not shorter is not taken."""
    for number, part in enumerate(plan.shorten):
        if ("shorten", number) in labels:
            short = _replaced(part.find, part.to, bounded(line)) + line[len(bounded(line)) :]
            if len(short) < len(line):
                line = short
    return line


def _replaced(find: str, to: str, text: str) -> str:
    r"""The text with each match replaced; `\1` to `\9` in `to` are groups, and an absent group is empty."""
    out, end = [], 0
    for match in compiled(find).finditer(text):
        out += [text[end : match.start()], _filled(to, match)]
        end = match.end()
    return "".join([*out, text[end:]])


def _filled(to: str, match: Any) -> str:
    first, *others = to.split("\\")
    return first + "".join((match.group(int(part[0])) or "") + part[1:] for part in others)
