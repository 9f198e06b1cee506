"""Recorded decisions made again, by the policy they were made by or by another one."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import chain, combinations
from typing import Any, Literal, NamedTuple

from router.decide.decide import Decider
from router.decide.fully import fully
from router.decide.recorded import Predicates, Told, recorded_scans, untold
from router.decide.strain import with_strain
from router.model.decision import Decision, Facts, Judgement
from router.model.decision_plain import decision_plain
from router.model.outcomes import Foretold
from router.table.table import Table

FIELDS = (
    "outcome", "task", "complexity", "asked_complexity", "tier", "mode", "profile", "chain", "denials", "caps",
    "refusals", "approvals", "redact", "compress", "tags", "rules", "estimated_cost_usd",
)  # fmt: skip
"""What is compared of two decisions."""

_JUDGED = ("task", "complexity", "asked_complexity", "tier")

MOST_UNTOLD = 8
"""How many literals that nobody recorded are tried both ways; with more, nothing is said."""


class Again(NamedTuple):
    """A recorded decision made again; `changed` names the fields that differ, `why` what a record does not tell."""

    outcome: Literal["same", "changed", "untold"]
    decision: Decision | None
    changed: tuple[str, ...] = ()
    why: str = ""


class _Untold(Exception):
    """The record does not hold what the policy asks."""


class Replayer:
    """Makes recorded decisions again by one table."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._plain = Decider(table)

    @cached_property
    def _by_record(self) -> Decider:
        return Decider(self._table, recorded_scans(self._table))

    def again(self, body: Mapping[str, Any]) -> Again:
        """What becomes of a decision event's body; one from another version of the program raises KeyError or TypeError."""
        same_policy = body["policy"] == self._table.fingerprint
        facts = facts_of(body)
        judgements = _Heard(body, same_policy)
        try:
            kept = body["prompt"]["kept"]
            if kept == "none":
                decision = self._plain.decide(facts, judgements)
            elif kept == "text":
                decision = self._plain.decide({**facts, "prompt": body["prompt"]["text"]}, judgements)
            else:
                decision = self._from_predicates(facts, body, same_policy, judgements)
            decision = _filled(decision, body["decision"], judgements)
        except _Untold as missing:
            return Again("untold", None, why=str(missing))
        changed = differences(body["decision"], decision)
        if not same_policy and body["decision"]["judgement"]["complexity"] is None:
            # Nothing hinged on them then, so nobody found them out: that they are known now is no change.
            changed = tuple(name for name in changed if name not in _JUDGED)
        return Again("changed" if changed else "same", decision, changed)

    def _from_predicates(
        self, facts: Facts, body: Mapping[str, Any], same_policy: bool, judgements: "_Heard"
    ) -> Decision:
        """By what is recorded of the prompt; literals that nobody recorded must make no difference."""
        predicates = predicates_of(body["prompt"])
        open_ = untold(self._table, predicates, same_policy)
        if len(open_) > MOST_UNTOLD:
            raise _Untold(f"{len(open_)} things that the policy asks of the prompt were not recorded")
        found = None
        for supposed in _subsets(sorted(open_)):
            told = Told(predicates, frozenset(supposed))
            decision = self._by_record.decide({**facts, "prompt": told}, judgements)
            if found is not None and differences(decision_plain(found), decision):
                raise _Untold("the policy asks something of the prompt that was not recorded")
            found = found or decision
        assert found is not None
        return found


class _Heard:
    """The recorded judgement in place of the classifier."""

    def __init__(self, body: Mapping[str, Any], same_policy: bool) -> None:
        raw = body["judged"]
        if raw is None and same_policy:
            raw = body["decision"]["judgement"]
        self._judgement = None if raw is None else judgement_of(raw)
        self._foretold = _foretold(body["decision"]["judgement"].get("foretold"))

    def __call__(self, facts: Facts) -> Judgement:
        if self._judgement is None:
            raise _Untold("the classifier was not asked then, and the policy asks it now")
        return self._judgement

    def foretell(self, task: str) -> Foretold | None:
        """What was foretold of the prompt then; None when nothing was."""
        return self._foretold


def facts_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a decision event without its prompt, as a decider takes them."""
    facts = {key: _TYPES[key](value) if key in _TYPES else value for key, value in body["facts"].items()}
    return with_strain(facts)


def predicates_of(prompt: Mapping[str, Any]) -> Predicates:
    """What a record says of its prompt."""
    plain = prompt["predicates"]
    false = None if plain["false"] is None else frozenset(plain["false"])
    return Predicates(frozenset(plain["true"]), false, plain["whole"])


def judgement_of(plain: Mapping[str, Any]) -> Judgement:
    """The judgement that a record holds."""
    pairs = {name: tuple((word, share) for word, share in plain[name]) for name in ("tasks", "complexities")}
    return Judgement(**{**plain, **pairs, "foretold": _foretold(plain.get("foretold"))})


def _foretold(plain: Sequence[Any] | None) -> Foretold | None:
    if plain is None:
        return None
    dimension, gains, score_per_usd = plain
    return Foretold(dimension, tuple((model, gain) for model, gain in gains), score_per_usd)


def differences(recorded: Mapping[str, Any], decision: Decision) -> tuple[str, ...]:
    """The fields in which a decision is not the recorded one."""
    now = decision_plain(decision)
    return tuple(name for name in FIELDS if recorded[name] != now[name])


def _filled(decision: Decision, recorded: Mapping[str, Any], judgements: _Heard) -> Decision:
    """The decision with the complexity found out where nothing hinged on it, when that was done for the record too."""
    if recorded["judgement"]["complexity"] is None:
        return decision
    return fully(decision, _NO_FACTS, judgements)


def _subsets(items: Sequence[int]) -> Any:
    return chain.from_iterable(combinations(items, count) for count in range(len(items) + 1))


_TYPES: Mapping[str, Any] = {"path": tuple, "group": tuple, "configured": frozenset, "needs": frozenset}
_NO_FACTS: Facts = {}
