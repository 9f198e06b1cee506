"""Reserving and settling, on both databases."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, select

from router.model.decision import Cap
from router.model.ledger import Exceeded, Reservation, Settlement, Usage
from router.record.claims import Settled
from router.record.store import Store
from router.record.tables import CALLS, RESERVATIONS
from tests.record.record_world import (
    DOLLAR_A_DAY,
    Hand,
    answered,
    claim,
    count,
    ledger,
    sums_of_rows,
    sums_of_tallies,
    totals,
)  # fmt: skip


def taken(found: Reservation | Exceeded) -> Reservation:
    assert isinstance(found, Reservation), found
    return found


def test_an_estimate_is_set_aside_and_its_true_cost_takes_its_place(store: Store) -> None:
    book = ledger(store, Hand())
    kept = taken(book.reserve(claim(0.25, DOLLAR_A_DAY)))
    assert totals(store) == (0.0, 0.25)
    book.settle(kept, answered(0.3))
    assert totals(store) == (0.3, 0.0)
    with store.read() as connection:
        row = connection.execute(select(CALLS)).one()
    assert (row.id, row.outcome, row.cost_nano, row.provider) == (kept.id, "answered", 300_000_000, "p")
    assert (row.input_tokens, row.output_tokens, row.cached_tokens) == (10, 20, 5)
    assert count(store, RESERVATIONS) == 0


def test_a_second_settlement_changes_nothing(store: Store) -> None:
    book = ledger(store, Hand())
    kept = taken(book.reserve(claim(0.25, DOLLAR_A_DAY)))
    book.settle(kept, answered(0.2))
    book.settle(kept, answered(0.9))
    assert totals(store) == (0.2, 0.0) and count(store, CALLS) == 1


def test_what_would_overrun_a_cap_is_refused_and_leaves_nothing_behind(store: Store) -> None:
    book = ledger(store, Hand())
    book.settle(taken(book.reserve(claim(0.5, DOLLAR_A_DAY))), answered(0.5))
    taken(book.reserve(claim(0.3, DOLLAR_A_DAY)))
    refused = book.reserve(claim(0.200000001, DOLLAR_A_DAY))
    assert refused == Exceeded(DOLLAR_A_DAY, 0.5, 0.3, 0.200000001)
    assert totals(store) == (0.5, 0.3)
    assert isinstance(book.reserve(claim(0.2, DOLLAR_A_DAY)), Reservation)


def test_a_released_call_gives_its_money_back(store: Store) -> None:
    book = ledger(store, Hand())
    kept = taken(book.reserve(claim(1.0, DOLLAR_A_DAY)))
    book.settle(kept, Settlement("failed", Usage(), 0.0, False, 10.0, failure="timeout", error="timed out"))
    assert totals(store) == (0.0, 0.0)
    assert isinstance(book.reserve(claim(1.0, DOLLAR_A_DAY)), Reservation)


@pytest.mark.parametrize(
    ("cap", "other"),
    [
        (Cap(("provider", "p"), 1.0, "day", "r"), {"provider": "q"}),
        (Cap(("task", "code"), 1.0, "month", "r"), {"task": "query"}),
        (Cap(("task", "code"), 1.0, "month", "r"), {"task": None}),
        (Cap(("session",), 1.0, "session", "r"), {"session": "another"}),
        (Cap(("call",), 1.0, "call", "r"), {"call_id": "another"}),
    ],
    ids=lambda value: str(value[0]) if isinstance(value, Cap) else "",
)
def test_a_cap_counts_what_falls_in_its_scope_and_nothing_else(
    store: Store, cap: Cap, other: dict[str, str | None]
) -> None:
    book = ledger(store, Hand())
    taken(book.reserve(claim(0.9, cap, **other)))
    book.settle(taken(book.reserve(claim(0.4, cap))), answered(0.4))
    taken(book.reserve(claim(0.3, cap)))
    refused = book.reserve(claim(0.31, cap, attempt=2))
    assert refused == Exceeded(cap, 0.4, 0.3, 0.31)


def test_a_cap_of_a_day_is_free_again_the_next_day_and_that_of_a_month_is_not(store: Store) -> None:
    clock = Hand()
    book = ledger(store, clock)
    book.settle(taken(book.reserve(claim(1.0))), answered(1.0))
    clock.now = datetime(2026, 11, 26, 0, 0, tzinfo=UTC)
    month = Cap(("total",), 1.0, "month", "r")
    assert isinstance(book.reserve(claim(0.1, DOLLAR_A_DAY)), Reservation)
    refused = book.reserve(claim(0.1, month))
    assert isinstance(refused, Exceeded) and refused.spent_usd == 1.0
    clock.now = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    assert isinstance(book.reserve(claim(0.1, month)), Reservation)


def test_spend_without_a_cap_counts_against_a_cap_set_later(store: Store) -> None:
    book = ledger(store, Hand())
    book.settle(taken(book.reserve(claim(0.95))), answered(0.95))
    assert isinstance(book.reserve(claim(0.1, DOLLAR_A_DAY)), Exceeded)


def test_an_unknown_price_is_refused_only_under_a_cap_that_is_used_up(store: Store) -> None:
    book = ledger(store, Hand())
    taken(book.reserve(claim(None, DOLLAR_A_DAY)))
    book.settle(taken(book.reserve(claim(1.0, DOLLAR_A_DAY))), answered(1.0))
    assert isinstance(book.reserve(claim(None, DOLLAR_A_DAY)), Exceeded)


def test_a_free_call_passes_under_a_cap_that_is_overrun(store: Store) -> None:
    book = ledger(store, Hand())
    book.settle(taken(book.reserve(claim(0.5, DOLLAR_A_DAY))), answered(1.7))
    assert totals(store) == (1.7, 0.0)
    assert isinstance(book.reserve(claim(0.0, DOLLAR_A_DAY)), Reservation)


def test_a_session_cap_holds_each_call_of_an_unknown_session(store: Store) -> None:
    book = ledger(store, Hand())
    cap = Cap(("session",), 1.0, "session", "r")
    taken(book.reserve(claim(0.9, cap, session=None)))
    assert isinstance(book.reserve(claim(0.9, cap, session=None)), Reservation)
    assert isinstance(book.reserve(claim(1.1, cap, session=None)), Exceeded)


def test_an_attempt_whose_lease_ran_out_counts_as_spent_and_a_late_settlement_corrects_it(store: Store) -> None:
    clock = Hand()
    book = ledger(store, clock, lease_s=60.0)
    kept = taken(book.reserve(claim(0.4, DOLLAR_A_DAY)))
    clock.forward(seconds=61)
    assert book.expire() == 1 and book.expire() == 0
    assert totals(store) == (0.4, 0.0)
    with store.read() as connection:
        assert connection.execute(select(CALLS.c.outcome, CALLS.c.estimated)).all() == [("expired", True)]
    book.settle(kept, answered(0.1))
    book.settle(kept, answered(0.7))
    assert totals(store) == (0.1, 0.0)
    with store.read() as connection:
        assert connection.execute(select(CALLS.c.outcome, CALLS.c.cost_nano)).all() == [("answered", 100_000_000)]


def test_reserving_gives_up_what_is_overdue_even_when_it_is_refused(store: Store) -> None:
    clock = Hand()
    book = ledger(store, clock, lease_s=60.0)
    taken(book.reserve(claim(0.9, DOLLAR_A_DAY)))
    clock.forward(seconds=61)
    assert isinstance(book.reserve(claim(0.2, DOLLAR_A_DAY)), Exceeded)
    assert count(store, RESERVATIONS) == 0 and totals(store) == (0.9, 0.0)


def test_a_renewed_lease_outlasts_the_first(store: Store) -> None:
    clock = Hand()
    book = ledger(store, clock, lease_s=60.0)
    kept = taken(book.reserve(claim(0.4, DOLLAR_A_DAY)))
    clock.forward(seconds=50)
    book.renew(kept, lease_s=30.0)
    clock.forward(seconds=29)
    assert book.expire() == 0
    clock.forward(seconds=2)
    assert book.expire() == 1


def test_the_audit_event_stands_or_falls_with_the_row(store: Store) -> None:
    heard: list[Settled] = []

    def listen(connection: Connection, settled: Settled) -> None:
        heard.append(settled)
        if settled.settlement.cost_usd == 0.66:
            raise RuntimeError("no event")

    book = ledger(store, Hand(), audit=listen)
    kept = taken(book.reserve(claim(0.5)))
    with pytest.raises(RuntimeError, match="no event"):
        book.settle(kept, answered(0.66))
    assert (count(store, CALLS), totals(store)) == (0, (0.0, 0.5))
    book.settle(kept, answered(0.2))
    book.settle(kept, answered(0.2))
    assert [settled.settlement.cost_usd for settled in heard] == [0.66, 0.2]


def test_tallies_are_the_sums_of_their_rows(store: Store) -> None:
    clock = Hand()
    book = ledger(store, clock, lease_s=60.0)
    for number, task in enumerate(("code", "query", None, "code")):
        kept = taken(book.reserve(claim(0.1, task=task, provider=f"p{number % 2}", session=None if number == 1 else "s")))
        clock.forward(hours=9) if number == 1 else None
        if number != 2:
            book.settle(kept, answered(0.07))
    with store.read() as connection:
        rows = sums_of_rows(connection)
        assert sums_of_tallies(connection) == rows
    assert len(rows) >= 8
