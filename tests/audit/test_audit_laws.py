"""A recorded decision decides the same again, and another policy is never guessed about, for any policy and request."""

import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from router.analyse.replay import Replayer
from router.base.places import Places
from router.decide.decide import Decider
from router.engine.audited import decision_event
from router.engine.router import Router
from router.model.catalogue import catalogue_to_plain
from router.model.decision import Decision, Judgement
from router.model.ledger import Asker
from router.model.request import Request
from router.policy.catalogue import load_catalogue
from router.policy.compile.compile import compile_policy
from router.record.audit.chain import canonical
from router.table.table import Table
from tests.policies import judge_of, random_facts, random_layers

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
CATALOGUE = catalogue_to_plain(load_catalogue())
NOWHERE = Places(Path("/nowhere"), Path("/nowhere"), None, Path("/nowhere"))
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def table_of(rng: Random, name: str) -> Table:
    data, problems = compile_policy(random_layers(rng, rng.randint(1, 12)), CATALOGUE, {}, name)
    assert data is not None, problems
    return Table.load(data)


def recorded(table: Table, facts: dict[str, Any], judgement: Judgement, kept: Any, full: bool) -> dict[str, Any]:
    """The body of the event, as it comes back from the store."""
    router = Router(Decider(table), NOWHERE, lambda: NOW)
    decision = router.decider.decide(facts, lambda _: judgement)
    request = Request(facts.get("prompt", ""), NOW)
    event = decision_event(
        router, request, facts, decision, Asker(), "d" * 32, kept, lambda text: "0" * 64, heard=judgement, full=full
    )
    body: dict[str, Any] = json.loads(canonical(event.to_body()))
    return body


def but_for_what_nothing_hinged_on(plain: Decision, again: Decision) -> Decision:
    """The decision again, without the complexity that the record tells and the policy did not ask."""
    if plain.judgement.complexity is not None:
        return again
    own = ("judgement", "complexity", "asked_complexity", "tier")
    return again._replace(**{name: getattr(plain, name) for name in own})


@FEW
@given(seed=st.integers(0, 2**40), kept=st.sampled_from(("hash", "redacted", "text")), full=st.booleans())
def test_a_recorded_decision_decides_the_same_again(seed: int, kept: str, full: bool) -> None:
    rng = Random(seed)
    table = table_of(rng, "one")
    for _ in range(5):
        body = recorded(table, random_facts(rng), judge_of(rng), kept, full)
        again = Replayer(table).again(body)
        assert (again.outcome, again.changed) == ("same", ())


@pytest.mark.slow
@FEW
@given(seed=st.integers(0, 2**40))
def test_another_policy_decides_by_the_record_as_by_the_text_or_says_that_it_cannot_be_told(seed: int) -> None:
    rng = Random(seed)
    table, candidate = table_of(rng, "one"), table_of(rng, "two")
    replayer = Replayer(candidate)
    for _ in range(5):
        facts, judgement = random_facts(rng), judge_of(rng)
        by_text = replayer.again(recorded(table, facts, judgement, "text", True))
        by_record = replayer.again(recorded(table, facts, judgement, "hash", True))
        assert by_text.outcome != "untold"
        assert by_text.decision is not None
        plain = Decider(candidate).decide(facts, lambda _, said=judgement: said)
        assert but_for_what_nothing_hinged_on(plain, by_text.decision) == plain
        if by_record.outcome != "untold":
            assert (by_record.outcome, by_record.changed) == (by_text.outcome, by_text.changed)
        else:
            assert facts.get("prompt") is not None and "prompt" in by_record.why
