"""What is asked of every line, in one pass: is it protected, does it hold a fact, may it go."""

from collections.abc import Sequence
from functools import lru_cache

from router.compress import protect, traces
from router.compress.facts import NAMED, PLACES
from router.compress.filter import Filter, Section, Shorten
from router.compress.patterns import PatternSet

Label = tuple[str, int]
"""What a pattern is for, and which of its kind it is."""

_SHIELDS = frozenset({"failure", "total", "fact", "place"})


class Plan:
    """The patterns of the chosen filters and of the guards, compiled together."""

    def __init__(self, filters: Sequence[Filter]) -> None:
        self.sections: tuple[Section, ...] = tuple(part for item in filters for part in item.sections)
        self.shorten: tuple[Shorten, ...] = tuple(part for item in filters for part in item.shorten)
        self.facts: tuple[str, ...] = (*NAMED, *(pattern for item in filters for pattern in item.facts))
        labelled = [*self._guards(), *self._filters(filters)]
        self._labels = [label for label, _ in labelled]
        self._set = PatternSet(pattern for _, pattern in labelled)
        self._known: dict[str, frozenset[Label]] = {}

    def of(self, line: str) -> frozenset[Label]:
        """The labels whose patterns match; `("protect", 0)` is among them when one of the guards' does."""
        found = self._known.get(line)
        if found is None:
            found = frozenset(self._labels[hit] for hit in self._set.hits(line))
            if any(kind in _SHIELDS for kind, _ in found):
                found |= {("protect", 0)}
            if len(self._known) < 20_000:
                self._known[line] = found
        return found

    def _guards(self) -> list[tuple[Label, str]]:
        return [
            *((("failure", 0), pattern) for pattern in protect.FAILURE),
            *((("total", 0), pattern) for pattern in protect.TOTALS),
            *((("fact", number), pattern) for number, pattern in enumerate(self.facts)),
            *((("place", number), pattern) for number, pattern in enumerate(PLACES)),
            (("frame", 0), traces.FRAME),
        ]

    def _filters(self, filters: Sequence[Filter]) -> list[tuple[Label, str]]:
        out: list[tuple[Label, str]] = []
        for item in filters:
            for kind, patterns in (("drop", item.drop), ("drop_sure", item.drop_sure), ("keep", item.keep)):
                out += [((kind, 0), pattern) for pattern in patterns]
        for number, section in enumerate(self.sections):
            out += [(("start", number), section.start), (("end", number), section.end)]
            out += [(("only", number), pattern) for pattern in section.only]
        return out + [(("shorten", number), part.find) for number, part in enumerate(self.shorten)]


@lru_cache(maxsize=16)
def plan_for(filters: tuple[Filter, ...]) -> Plan:
    """The plan of the chosen filters, made once."""
    return Plan(filters)
