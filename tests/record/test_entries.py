"""A decision enters with the first money set aside for it: in that transaction, once, and never without a word."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from router.base.failures import StoreError
from router.model.ledger import Exceeded, Reservation
from router.record.decisions import Entry
from router.record.drain import Drained, drain
from router.record.spool import Spool
from router.record.store import Store, open_store
from router.record.tables import CALLS, DECISIONS, RESERVATIONS
from tests.record.record_world import DOLLAR_A_DAY, Hand, answered, claim, count, ledger
from tests.record.test_decisions import body


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


def broken(folder: Path) -> Store:
    (folder / "damaged.db").write_bytes(b"no database" * 500)
    return Store(folder / "damaged.db")


def test_decision_and_reservation_are_kept_together_and_the_decision_once(store: Store, spool: Spool) -> None:
    heard: list[Mapping[str, Any]] = []
    entry = Entry(spool, body(event={"n": 1}), lambda _, event: heard.append(event))
    book = ledger(store, Hand(), spool=spool)
    first, second = (book.reserve(claim(0.1, DOLLAR_A_DAY, attempt=number), entry=entry) for number in (1, 2))
    assert isinstance(first, Reservation) and isinstance(second, Reservation) and entry.is_kept
    assert (count(store, DECISIONS), count(store, RESERVATIONS), heard) == (1, 2, [{"n": 1}])
    entry.keep(store)
    assert count(store, DECISIONS) == 1 and not spool.waiting()


def test_an_event_that_cannot_be_appended_leaves_nothing_set_aside(store: Store, spool: Spool) -> None:
    def refuse(connection: Connection, event: Mapping[str, Any]) -> None:
        raise RuntimeError("no event")

    entry = Entry(spool, body(event={"n": 1}), refuse)
    with pytest.raises(RuntimeError, match="no event"):
        ledger(store, Hand(), spool=spool).reserve(claim(0.1, DOLLAR_A_DAY), entry=entry)
    assert (count(store, DECISIONS), count(store, RESERVATIONS)) == (0, 0) and not entry.is_kept


def test_a_decision_whose_first_model_is_beyond_the_cap_is_recorded_all_the_same(
    store: Store, spool: Spool
) -> None:
    entry = Entry(spool, body())
    found = ledger(store, Hand(), spool=spool).reserve(claim(1.5, DOLLAR_A_DAY), entry=entry)
    assert isinstance(found, Exceeded) and entry.is_kept
    assert (count(store, DECISIONS), count(store, RESERVATIONS)) == (1, 0)


@pytest.mark.parametrize("on_failure", ["open", "closed"])
def test_without_a_store_the_decision_waits_in_the_spool_whatever_its_budget_says(
    store: Store, spool: Spool, tmp_path: Path, on_failure: Any
) -> None:
    told: list[str] = []
    entry = Entry(spool, body(), warn=told.append)
    book = ledger(broken(tmp_path), Hand(), spool=spool, on_failure=on_failure)
    if on_failure == "open":
        kept = book.reserve(claim(0.1, DOLLAR_A_DAY), entry=entry)
        assert isinstance(kept, Reservation) and kept.on_trust
        book.settle(kept, answered(0.1))
    else:
        with pytest.raises(StoreError, match="`budget_failure` is closed"):
            book.reserve(claim(0.1, DOLLAR_A_DAY), entry=entry)
    assert entry.is_kept and len(told) == 1 and "the record of this decision waits in the spool" in told[0]
    wanted = 2 if on_failure == "open" else 1
    assert drain(store, spool, Hand()) == Drained(wanted, 0)
    assert (count(store, DECISIONS), count(store, CALLS)) == (1, wanted - 1)


def test_a_decision_that_does_not_fit_is_put_aside_and_its_money_still_checked(
    postgres: str, spool: Spool
) -> None:
    store, told = open_store(postgres), list[str]()
    wrong = body()
    wrong["row"]["prompt_chars"] = 2**70
    entry = Entry(spool, wrong, warn=told.append)
    book = ledger(store, Hand(), spool=spool)
    kept = book.reserve(claim(0.6, DOLLAR_A_DAY), entry=entry)
    assert isinstance(kept, Reservation) and not kept.on_trust and len(told) == 1
    assert isinstance(book.reserve(claim(0.6, DOLLAR_A_DAY)), Exceeded)
    assert drain(store, spool, Hand()) == Drained(0, 1)
    store.close()


def test_a_lease_that_ran_out_is_given_up_before_the_decision_that_follows(
    store: Store, spool: Spool
) -> None:
    clock, order = Hand(), list[str]()
    book = ledger(
        store,
        clock,
        spool=spool,
        lease_s=60.0,
        audit=lambda _, settled: order.append(settled.settlement.outcome),
    )
    assert isinstance(book.reserve(claim(0.1)), Reservation)
    clock.now += timedelta(seconds=61)
    entry = Entry(spool, body(event={"n": 1}), lambda *_: order.append("decision"))
    assert isinstance(book.reserve(claim(0.1), entry=entry), Reservation)
    assert order == ["expired", "decision"]
