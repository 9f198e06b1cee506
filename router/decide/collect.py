"""What the effects that collect come to together."""

from collections.abc import Sequence
from typing import NamedTuple

from router.model.decision import Cap, Denial
from router.model.terms import COMPLEXITIES
from router.table.table import Table


class Collected(NamedTuple):
    """What the matched collecting rows add up to."""

    denials: tuple[Denial, ...] = ()
    caps: tuple[Cap, ...] = ()
    refusals: tuple[str, ...] = ()
    approvals: tuple[str, ...] = ()
    redact: tuple[str, ...] = ()
    compress: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    ceiling: str | None = None
    rules: tuple[tuple[str, str], ...] = ()


def collect(table: Table, wanted: Sequence[tuple[int, frozenset[str]]]) -> Collected:
    """What rules add up to; `wanted` are rules in order, each with the kinds of effect that fired."""
    denials: list[Denial] = []
    caps: dict[tuple[str, ...], Cap] = {}
    words: dict[str, dict[str, None]] = {"redact": {}, "compress": {}, "tag": {}}
    flags: dict[str, dict[str, None]] = {"refuse": {}, "approve": {}}
    ceiling: str | None = None
    rules: list[tuple[str, str]] = []
    for index, kinds in wanted:
        name = table.names[index]
        for effect in table.rule(index)["effects"]:
            kind = effect["kind"]
            if kind not in kinds:
                continue
            rules.append((kind, name))
            if kind in ("deny", "allow"):
                targets = tuple((target, text) for target, text in effect["targets"])
                denials.append(Denial(kind, targets, name))
            elif kind == "cap":
                _tighten(caps, Cap(tuple(effect["words"]), effect["usd"], effect["period"], name))
            elif kind == "downgrade":
                level = effect["words"][0]
                ceiling = level if ceiling is None else min(ceiling, level, key=COMPLEXITIES.index)
            elif kind in words:
                words[kind].update(dict.fromkeys(_phrases(kind, effect["words"])))
            else:
                flags[kind][name] = None
    return Collected(
        tuple(denials), tuple(caps.values()), tuple(flags["refuse"]), tuple(flags["approve"]),
        tuple(words["redact"]), tuple(words["compress"]), tuple(words["tag"]), ceiling, tuple(rules),
    )  # fmt: skip


def _phrases(kind: str, words: Sequence[str]) -> Sequence[str]:
    return (" ".join(words),) if kind == "compress" else words


def _tighten(caps: dict[tuple[str, ...], Cap], cap: Cap) -> None:
    """Keep the smallest cap of each kind: scope, name and period."""
    key = (*cap.scope, cap.period)
    if key not in caps or cap.usd < caps[key].usd:
        caps[key] = cap
