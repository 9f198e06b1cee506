"""Calls that wait for a person."""

import pytest

from router.base.failures import UsageError
from router.record.approvals import Approvals
from router.record.store import Store
from tests.record.record_world import Hand


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def approvals(store: Store, clock: Hand) -> Approvals:
    return Approvals(store, clock)


def ask(approvals: Approvals, key: str = "k") -> str:
    return approvals.ask(key, model="p/m", why="costly", estimate_usd=3.5, user="ann", repo="r")


def test_a_call_waits_until_a_person_says_yes_and_then_passes_once(approvals: Approvals) -> None:
    id = ask(approvals)
    assert not approvals.take("k")
    (waiting,) = approvals.waiting()
    assert (waiting.id, waiting.model, waiting.estimate_usd, waiting.state) == (id, "p/m", 3.5, "pending")
    decided = approvals.decide(id[:8], True, "bob")
    assert (decided.state, decided.decided_by) == ("approved", "bob")
    assert approvals.take("k") and not approvals.take("k")
    assert [row.state for row in approvals.all()] == ["used"] and approvals.waiting() == ()


def test_a_call_that_waits_already_waits_once(approvals: Approvals) -> None:
    assert ask(approvals) == ask(approvals) != ask(approvals, "another")
    assert len(approvals.waiting()) == 2


def test_a_rejected_call_does_not_pass_and_may_ask_anew(approvals: Approvals) -> None:
    first = ask(approvals)
    approvals.decide(first, False, None)
    assert not approvals.take("k")
    assert ask(approvals) != first


def test_an_approval_lets_no_other_call_through(approvals: Approvals) -> None:
    approvals.decide(ask(approvals), True, None)
    assert not approvals.take("another") and approvals.take("k")


def test_what_waits_too_long_expires_and_so_does_an_approval(approvals: Approvals, clock: Hand) -> None:
    first = ask(approvals)
    clock.forward(hours=25)
    assert approvals.waiting() == () and approvals.all()[0].state == "expired"
    with pytest.raises(UsageError, match="is expired"):
        approvals.decide(first, True, None)
    approvals.decide(ask(approvals), True, None)
    clock.forward(hours=23)
    ask(approvals, "another")
    clock.forward(hours=2)
    assert not approvals.take("k")


@pytest.mark.parametrize("id", ["", "zz%", "ffffffffffff", "_"])
def test_an_id_that_names_no_call_is_refused(approvals: Approvals, id: str) -> None:
    ask(approvals)
    with pytest.raises(UsageError):
        approvals.decide(id, True, None)
    assert len(approvals.waiting()) == 1


def test_what_was_decided_is_not_decided_again(approvals: Approvals) -> None:
    id = ask(approvals)
    approvals.decide(id, False, None)
    with pytest.raises(UsageError, match="it is rejected"):
        approvals.decide(id, True, None)


def test_a_decision_stands_or_falls_with_what_is_recorded_of_it(approvals: Approvals) -> None:
    id = ask(approvals)

    def refuse(*_: object) -> None:
        raise RuntimeError("no event")

    with pytest.raises(RuntimeError, match="no event"):
        approvals.decide(id, True, None, refuse)
    assert approvals.waiting()[0].id == id and not approvals.take("k")
