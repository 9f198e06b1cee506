"""The audit event of a hook's decision, made from what the hook noted and the table that it decided by."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from router.analyse.replay import facts_of
from router.base.places import Places
from router.decide.recorded import Predicates
from router.engine.audited import asked_of_prompt, in_force, kept_prompt, not_known, was_heard
from router.engine.load import table_by
from router.model.audit import DecisionEvent, new_id
from router.model.ledger import Asker
from router.record.audit.chain import moment
from router.table.table import Table

Complete = Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
"""From the body of a spool line of kind `decision` to the audit event's body; None when there is nothing to make one of."""


def completing(places: Places) -> Complete:
    """Completes with the tables in the cache of these places, each read once."""
    table_of = lru_cache(maxsize=8)(lambda fingerprint: table_by(places, fingerprint))

    def complete(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if body.get("noted") is None:
            return None
        return _event(table_of(str(body["row"]["policy"])), body["row"], body["noted"])

    return complete


def _event(table: Table | None, row: Mapping[str, Any], noted: Mapping[str, Any]) -> dict[str, Any]:
    """Without the table, which is gone when the cache was emptied meanwhile, rules are names alone."""
    decision, facts, prompt = noted["decision"], noted["facts"], noted["prompt"]
    known = {**facts_of(noted), "prompt": ""}
    unknown, pending = not_known(table, known, decision) if table else ((), ())
    fired = [(kind, name) for kind, name in decision["rules"]]
    event = DecisionEvent(
        id=new_id(),
        at=moment(row["at"]),
        decision_id=row["id"],
        asker=Asker(**{name: row[name] for name in Asker._fields}),
        policy=row["policy"],
        facts=facts,
        unknown=unknown,
        pending=pending,
        prompt=kept_prompt(
            prompt["kept"], prompt["text"], row["prompt_chars"], prompt["hash"], _predicates(table, prompt)
        ),
        judged=decision["judgement"] if was_heard(decision["judgement"]["source"], facts) else None,
        decision={**decision, "dropped": None},
        rules=in_force(table, fired) if table else _names_alone(fired),
        losers=None,
    )
    return event.to_body()


def _predicates(table: Table | None, prompt: Mapping[str, Any]) -> Predicates:
    true = frozenset(prompt["true"])
    false = asked_of_prompt(table) - true if table else None
    return Predicates(true, false, prompt["whole"])


def _names_alone(fired: list[tuple[str, str]]) -> tuple[dict[str, Any], ...]:
    rules = dict.fromkeys(name for _, name in fired)
    return tuple(
        {"rule": name, "layer": "", "file": "", "line": 0, "effects": [kind for kind, own in fired if own == name],
         "outcome": "in force", "unknown": []}
        for name in rules
    )  # fmt: skip
