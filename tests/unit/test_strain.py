"""A provider sinks in a chain as its budget fills, and drops out when it is used up."""

import pytest

from router.decide.decide import Decider
from router.decide.strain import eased, strained_by, with_strain
from tests.analyse.law_world import table_of
from tests.unit.test_combining import BASE, CHAIN, GIVEN, decide, judge, layer


@pytest.mark.parametrize(
    ("pressure", "expected"),
    [
        (0.79, CHAIN),
        (0.80, (*CHAIN[1:], CHAIN[0])),
        (0.999, (*CHAIN[1:], CHAIN[0])),
        (1.0, CHAIN[1:]),
        (3.0, CHAIN[1:]),
    ],
)
def test_the_first_provider_of_a_chain_by_its_pressure(pressure: float, expected: tuple[str, ...]) -> None:
    provider = CHAIN[0].partition("/")[0]
    facts = with_strain({f"pressure({provider})": pressure})
    assert decide(BASE, **facts).chain == expected


def test_the_more_strained_provider_stands_behind_the_less_strained() -> None:
    facts = {"pressure(a)": 0.96, "pressure(b)": 0.81, "pressure(c)": 0.5, "pressure(d)": "junk"}
    strain = strained_by(facts)
    assert strain == (("a", 3), ("b", 1))
    assert eased(["a/1", "b/1", "c/1", "a/2", "x/1"], strain) == ("c/1", "x/1", "b/1", "a/1", "a/2")


def test_a_strain_that_no_pressure_gives_any_more_is_taken_away() -> None:
    assert with_strain({"strained": (("a", 4),), "turn": 1}) == {"turn": 1}


def test_what_holds_at_another_price_is_asked_again() -> None:
    policy = (
        f"{BASE}rule dear\n  refuse\n  require approval\n  cap call at $0.10/call\n  when cost > $0.50\n"
        "rule always\n  cap session at $2/session\n"
    )
    decider = Decider(table_of([layer("repo", policy)]))
    decision = decider.decide(GIVEN, judge)
    assert decision.outcome == "route"
    cheap, dear, unknown = (decider.at_cost(decision, GIVEN, usd) for usd in (0.1, 0.6, None))
    assert (cheap.refusals, cheap.approvals, [cap.scope for cap in cheap.caps]) == ((), (), [("session",)])
    assert (dear.refusals, dear.approvals) == (("dear",), ("dear",))
    assert {cap.scope for cap in dear.caps} == {("call",), ("session",)}
    # A price that nobody knows restricts, as any unknown fact does.
    assert unknown.refusals == ("dear",)
