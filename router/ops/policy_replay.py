"""`policy replay`: recorded decisions made again, by the policy in force or by a candidate."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from router.analyse.replay import Again, Replayer
from router.base.failures import PolicyError, UsageError
from router.base.places import find_places
from router.base.render import printable
from router.engine.load import Wanted as WantedPolicy
from router.engine.load import load_policy
from router.model.decision_plain import decision_plain
from router.ops.audit_log import FILTERS, log_of, money, reading, wanted_of
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.record.audit.query import Filter, Found, find
from router.table.table import Table

_WITNESSES = 5


@dataclass(slots=True)
class Tally:
    """What became of the decisions; costs in US dollars, of the first model each, where both prices are known."""

    decisions: int = 0
    same: int = 0
    changed: int = 0
    untold: int = 0
    unreadable: int = 0
    other_policy: int = 0
    cost_then_usd: float = 0.0
    cost_now_usd: float = 0.0
    unpriced: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    firsts: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    witnesses: list[dict[str, Any]] = field(default_factory=list)


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """How many recorded decisions change; exit code 1 with --strict when one does, or cannot be told."""
    table = _table(values["policy"], around)
    wanted = wanted_of(values, around.clock(), limit=values["limit"])
    wanted = wanted._replace(filters=(*wanted.filters, Filter("kind", "=", "decision")))
    with reading(log_of(around)) as connection:
        tally = _tallied(() if connection is None else find(connection, wanted), Replayer(table), table.fingerprint)
    bad = tally.changed or tally.untold or tally.unreadable
    return Result(_plain(tally, table), lambda colour: _text(tally, values["policy"]), 1 if values["strict"] and bad else 0)


def _table(folder: Path | None, around: Surroundings) -> Table:
    if folder is not None and not folder.is_dir():
        raise UsageError(f"`{folder}` is not a folder with a policy")
    places, now = find_places(around.environ, around.cwd), around.clock()
    wanted = WantedPolicy(places, None if folder is None else folder.resolve())
    loaded = load_policy(wanted, around.environ, now.date(), now.timestamp())
    if loaded.table is None:
        raise PolicyError(loaded.problems, loaded.built.texts if loaded.built else {})
    return loaded.table


def _tallied(events: Iterable[Found], replayer: Replayer, fingerprint: str) -> Tally:
    tally = Tally()
    for event in events:
        tally.decisions += 1
        try:
            assert event.body is not None
            again = replayer.again(event.body)
        except (AssertionError, KeyError, TypeError, ValueError):
            tally.unreadable += 1
            continue
        tally.other_policy += event.body["policy"] != fingerprint
        _count(tally, event.body, again)
    return tally


def _count(tally: Tally, body: Mapping[str, Any], again: Again) -> None:
    if again.decision is None:
        tally.untold += 1
        tally.reasons[again.why] += 1
        return
    then, now = body["decision"], decision_plain(again.decision)
    _add_costs(tally, then["estimated_cost_usd"], now["estimated_cost_usd"])
    if again.outcome == "same":
        tally.same += 1
        return
    tally.changed += 1
    tally.fields.update(again.changed)
    if "chain" in again.changed or "outcome" in again.changed:
        tally.firsts[_first(then), _first(now)] += 1
    if len(tally.witnesses) < _WITNESSES:
        changes = {name: {"then": then[name], "now": now[name]} for name in again.changed}
        tally.witnesses.append({"decision_id": body["decision_id"], "at": body["at"], "changes": changes})


def _add_costs(tally: Tally, then: float | None, now: float | None) -> None:
    if then is None and now is None:
        return
    if then is None or now is None:
        tally.unpriced += 1
        return
    tally.cost_then_usd += then
    tally.cost_now_usd += now


def _first(made: Mapping[str, Any]) -> str:
    return str(made["chain"][0] if made["chain"] else made["outcome"])


def _plain(tally: Tally, table: Table) -> dict[str, Any]:
    counts = ("decisions", "same", "changed", "untold", "unreadable", "other_policy", "unpriced")
    return {
        "policy": table.fingerprint,
        **{name: getattr(tally, name) for name in counts},
        "cost_then_usd": round(tally.cost_then_usd, 9),
        "cost_now_usd": round(tally.cost_now_usd, 9),
        "fields": dict(tally.fields.most_common()),
        "first_model": [{"then": old, "now": new, "decisions": n} for (old, new), n in tally.firsts.most_common()],
        "untold_because": dict(tally.reasons.most_common()),
        "witnesses": tally.witnesses,
    }


def _text(tally: Tally, folder: Path | None) -> str:
    if not tally.decisions:
        return "no decision is recorded that fits"
    lines = [f"{tally.changed:,} of {tally.decisions:,} recorded decisions change, {tally.same:,} stay the same"]
    if tally.other_policy and folder is None:
        lines.append(f"{tally.other_policy:,} were made by another policy than the one in force, which is the candidate here")
    if tally.untold:
        lines.append(f"{tally.untold:,} cannot be told:")
        lines += [f"  {count:,}: {why}" for why, count in tally.reasons.most_common(5)]
    if tally.unreadable:
        lines.append(f"{tally.unreadable:,} are unreadable: `llm-router audit verify` names them")
    lines += [f"  {count:,}: {old} -> {new}" for (old, new), count in tally.firsts.most_common(10)]
    if tally.fields:
        lines.append("fields: " + ", ".join(f"{name} {count:,}" for name, count in tally.fields.most_common()))
    lines += _costs(tally)
    for witness in tally.witnesses:
        lines.append(f"for example {witness['decision_id']} at {witness['at'][:19]}:")
        lines += [f"  {name}: {change['then']} -> {change['now']}" for name, change in witness["changes"].items()]
    return "\n".join(printable(line) for line in lines)


def _costs(tally: Tally) -> list[str]:
    difference = tally.cost_now_usd - tally.cost_then_usd
    sign = "-" if difference < 0 else "+"
    said = [f"estimated cost of the first models: {money(tally.cost_then_usd)} then, {money(tally.cost_now_usd)} now ({sign}{money(abs(difference))})"]
    return said + ([f"{tally.unpriced:,} are not in that sum, their price is not known"] if tally.unpriced else [])


OPERATION = Operation(
    name="policy replay",
    summary="recorded decisions made again by the policy in force or a candidate: how many change, and what that costs",
    description=(
        "Makes recorded decisions again from the facts of the audit log. Under the same policy every one stays the same; "
        "a candidate's changes are counted by field, with examples and the difference in estimated cost. What a record "
        "does not tell, such as a new question about a prompt of which only the hash was kept, is counted apart."
    ),
    parameters=(
        *FILTERS,
        Parameter("policy", "a folder whose policy stands in for the repository's", kind="path", metavar="DIR"),
        Parameter("limit", "only the newest so many decisions", kind="whole", metavar="N"),
        Parameter("strict", "exit code 1 when a decision changes or cannot be told", kind="flag"),
    ),
    run=run,
    example="llm-router policy replay --since 30d --policy ../candidate",
)
