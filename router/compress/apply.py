"""Drops and shortens lines as the chosen filters say, around what is protected."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from router.compress.facts import NAMED, PLACES
from router.compress.filter import Filter, Section
from router.compress.patterns import Labelled, bounded, compiled
from router.compress.protect import PROTECTED

_GROUP = re.compile(r"\\([1-9])")

Label = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Draft:
    """Lines that stay and which of them nothing may collapse; what was dropped knowing that it looks like a failure; what lines became.

    Keys and members of the last three are lines with single spaces and no margin.
    """

    lines: list[str]
    held: list[bool]
    waived: set[str] = field(default_factory=set)
    shortened: dict[str, str] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)


def apply_filters(lines: Sequence[str], filters: Sequence[Filter], *, last: int = 0) -> Draft:
    """The draft after dropping; a line one of several filters may drop goes unless one keeps it.

    The `last` lines count as protected: the reason of a failed command often stands there without any word for it.
    """
    plan = _plan(tuple(filters))
    draft = Draft([], [])
    state = _Sections(plan.sections)
    tail = len(lines) - last
    for number, line in enumerate(lines):
        labels = plan.labels.of(line)
        inside = state.enter(labels)
        protected = ("protect", 0) in labels or (number >= tail and ("drop", 0) not in labels)
        keep = ("keep", 0) in labels
        if _goes(labels, protected, keep, inside, line):
            if protected:
                draft.waived.add(" ".join(line.split()))
            continue
        short = _shortened(line, labels, plan.shorten)
        if short != line:
            draft.shortened[" ".join(line.split())] = short
        draft.lines.append(short)
        draft.held.append(protected or keep)
    return draft


def _goes(labels: set[Label], protected: bool, keep: bool, inside: "tuple[Section, int] | None", line: str) -> bool:
    if keep:
        return False
    if ("drop_sure", 0) in labels:
        return True
    if inside is not None:
        section, number = inside
        listed = ("only", number) in labels or ("start", number) in labels
        if not listed and (section.sure or not protected):
            return True
        if listed:
            return False
    return not protected and ("drop", 0) in labels


class _Sections:
    """Which section the current line is in."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = sections
        self._open: int | None = None

    def enter(self, labels: set[Label]) -> tuple[Section, int] | None:
        if self._open is not None and ("end", self._open) in labels:
            self._open = None
        for number in range(len(self._sections)):
            if ("start", number) in labels:
                self._open = number
                break
        return None if self._open is None else (self._sections[self._open], self._open)


@dataclass(frozen=True, slots=True)
class _Plan:
    labels: Labelled
    sections: tuple[Section, ...]
    shorten: tuple[tuple[Any, str], ...]


@lru_cache(maxsize=16)
def _plan(filters: tuple[Filter, ...]) -> _Plan:
    sections = tuple(section for item in filters for section in item.sections)
    labelled: list[tuple[Label, Sequence[str]]] = [(("protect", 0), (*PROTECTED, *NAMED, *PLACES))]
    for item in filters:
        labelled.append((("protect", 0), item.facts))
        labelled += [(("drop", 0), item.drop), (("drop_sure", 0), item.drop_sure), (("keep", 0), item.keep)]
    for number, section in enumerate(sections):
        labelled += [(("start", number), (section.start,)), (("end", number), (section.end,))]
        labelled.append((("only", number), section.only))
    shorten = tuple((short.find, short.to) for item in filters for short in item.shorten)
    labelled += [(("shorten", number), (find,)) for number, (find, _) in enumerate(shorten)]
    return _Plan(Labelled(labelled), sections, tuple((compiled(find), to) for find, to in shorten))


def _shortened(line: str, labels: set[Label], shorten: Sequence[tuple[Any, str]]) -> str:
    """The line after every `shorten` that matches it; a result that is not shorter is not taken."""
    for number, (pattern, to) in enumerate(shorten):
        if ("shorten", number) in labels:
            short = _replaced(pattern, to, bounded(line)) + line[len(bounded(line)) :]
            if len(short) < len(line):
                line = short
    return line


def _replaced(pattern: Any, to: str, text: str) -> str:
    r"""The text with each match replaced; `\1` to `\9` in `to` are groups, and an absent group is empty."""
    out, end = [], 0
    for match in pattern.finditer(text):
        out += [text[end : match.start()], _GROUP.sub(lambda mark, found=match: found.group(int(mark[1])) or "", to)]
        end = match.end()
    return "".join([*out, text[end:]])
