"""A filter: what one family of commands prints, and which of its lines may go. Plain data, frozen."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from router.compress.invocation import Segment


class Section(NamedTuple):
    """A part of the output, from a line that matches `start` to before one that matches `end`.

    Inside, only lines that match `only`, and protected ones, stay; when `sure`, only the former.
    """

    start: str
    end: str
    only: tuple[str, ...]
    sure: bool = False


class Shorten(NamedTuple):
    """`find` in a line becomes `to`, which is made of the groups found and of punctuation, never of new words."""

    find: str
    to: str


class Filter(NamedTuple):
    """One filter file; see `schemas/filter.schema.json` for what each field means."""

    name: str
    origin: str
    commands: tuple[tuple[str, ...], ...] = ()
    signature: tuple[str, ...] = ()
    share: float = 0.0
    wraps: bool = False
    passthrough: bool = False
    reshape: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    drop_sure: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    shorten: tuple[Shorten, ...] = ()
    facts: tuple[str, ...] = ()
    collapse: str = "counters"

    def fits(self, segment: Segment) -> int:
        """How many words of the command this filter names; 0 when it is not its command."""
        best = 0
        for words in self.commands:
            if segment.words[: len(words)] == words:
                best = max(best, len(words))
        return best


def filter_from(plain: Mapping[str, Any], origin: str) -> Filter:
    """The filter of one checked document."""
    return Filter(
        name=plain["name"],
        origin=origin,
        commands=tuple(tuple(command.split()) for command in plain.get("commands", ())),
        sections=tuple(_section(section) for section in plain.get("sections", ())),
        shorten=tuple(Shorten(item["find"], item.get("to", "")) for item in plain.get("shorten", ())),
        share=plain.get("share", 0.0),
        wraps=plain.get("wraps", False),
        passthrough=plain.get("passthrough", False),
        collapse=plain.get("collapse", "counters"),
        **{
            key: tuple(plain.get(key, ()))
            for key in ("signature", "reshape", "drop", "drop_sure", "keep", "facts")
        },
    )


def _section(plain: Mapping[str, Any]) -> Section:
    return Section(plain["start"], plain["end"], tuple(plain.get("only", ())), plain.get("sure", False))
