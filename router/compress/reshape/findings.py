"""Findings of checkers: one message with all the places it was given for, whatever names it quotes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

_QUOTED = re.compile(r"\d+(?= > \d)|`[^`]*`|'[^']*'|\"[^\"]*\"|“[^”]*”|‘[^’]*’")


@dataclass(slots=True)
class Finding:
    """A message with what is said below it, and its places: a file's name to `line:column` in it."""

    message: str
    details: tuple[str, ...] = ()
    places: dict[str, list[str]] = field(default_factory=dict)

    def where(self) -> str:
        return "  ".join(_spots(path, spots) for path, spots in self.places.items())

    def count(self) -> int:
        return sum(len(spots) for spots in self.places.values())


@dataclass(slots=True)
class Kind:
    """Findings that differ in what they quote alone."""

    findings: dict[tuple[str, ...], Finding] = field(default_factory=dict)

    def add(self, message: str, details: Sequence[str], path: str, spot: str) -> None:
        found = self.findings.setdefault((message, *details), Finding(message, tuple(details)))
        found.places.setdefault(path, []).append(spot)

    def count(self) -> int:
        return sum(found.count() for found in self.findings.values())

    def lines(self) -> list[str]:
        """Each finding in full with its places, and what is said below it unless the one above had the same."""
        out: list[str] = []
        before: tuple[str, ...] = ()
        for found in self.findings.values():
            out.append(f"{found.message}  {found.where()}")
            if found.details != before:
                out += [f" {detail}" for detail in found.details]
            before = found.details
        return out


def _spots(path: str, spots: Sequence[str]) -> str:
    """`path:1:2,3:4`; places written as `path(1,2)` stay so."""
    if any("," in spot for spot in spots):
        return "  ".join(f"{path}({spot})" for spot in spots)
    return f"{path}:{','.join(spots)}"


def kind_of(message: str, details: Sequence[str] = ()) -> tuple[str, ...]:
    """What findings of one kind share."""
    return tuple(_QUOTED.sub("`", text) for text in (message, *details))
