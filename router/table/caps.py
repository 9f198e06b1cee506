"""The caps that a compiled policy holds, with where each stands."""

from collections.abc import Iterator
from typing import NamedTuple

from router.model.decision import Cap
from router.table.conditions import spell
from router.table.table import Table


class CapInForce(NamedTuple):
    """One cap of a policy; `when` is its rule's condition in words, None when it always holds."""

    cap: Cap
    layer: str
    file: str
    line: int
    when: str | None


def caps_of(table: Table) -> tuple[CapInForce, ...]:
    """Every cap of every layer, in the order of their rules."""
    return tuple(found for index in _rules_with_caps(table) for found in _caps(table, index))


def _rules_with_caps(table: Table) -> list[int]:
    mask, rules = table.effects.get("cap", 0), set()
    while mask:
        lowest = mask & -mask
        rules.add(table.rule_of_row(lowest.bit_length() - 1))
        mask ^= lowest
    return sorted(rules)


def _caps(table: Table, index: int) -> Iterator[CapInForce]:
    record, name = table.rule(index), table.names[index]
    when = spell(table.condition(index))
    for effect in record["effects"]:
        if effect["kind"] == "cap":
            cap = Cap(tuple(effect["words"]), effect["usd"], effect["period"], name)
            yield CapInForce(
                cap, table.layers[index], record["file"], record["line"], None if when == "always" else when
            )
