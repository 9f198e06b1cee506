"""Whatever is reserved, settled, expired and settled late, in any order: the tallies are the sums, no cap is overrun."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from router.model.decision import Cap
from router.model.ledger import Claim, Exceeded, Reservation, Settlement, Usage
from router.record.claims import Settled, settled_to_plain
from router.record.drain import drain
from router.record.money import micros
from router.record.spool import Spool
from router.record.store import open_store
from router.record.tables import CALLS, RESERVATIONS
from tests.record.record_world import Hand, claim, count, ledger, sums_of_rows, sums_of_tallies

CENTS = st.integers(0, 60).map(lambda cents: cents / 100)
CAPS = (
    Cap(("total",), 1.0, "day", "r"), Cap(("total",), 3.0, "month", "r"), Cap(("provider", "p"), 0.7, "day", "r"),
    Cap(("task", "code"), 0.9, "month", "r"), Cap(("session",), 0.8, "session", "r"), Cap(("call",), 0.6, "call", "r"),
)  # fmt: skip
CLAIMS = st.builds(
    lambda usd, caps, provider, task, session, call: claim(
        usd, *caps, provider=provider, task=task, session=session, call_id=call
    ),
    st.none() | CENTS, st.sets(st.sampled_from(CAPS)).map(tuple), st.sampled_from(["p", "q"]),
    st.sampled_from(["code", "query", None]), st.sampled_from(["s", "t", None]), st.sampled_from(["a", "b"]),
)  # fmt: skip
ENDS = st.builds(
    lambda usd, outcome: Settlement(outcome, Usage(1, 2, 0), usd, False, 1.0),
    st.none() | CENTS, st.sampled_from(["answered", "failed", "cancelled"]),
)  # fmt: skip


class LedgerLaws(RuleBasedStateMachine):
    """One ledger on SQLite; the model beside it is the list of what was let through."""

    open_ones: Bundle[Reservation] = Bundle("open_ones")
    ended: Bundle[Reservation] = Bundle("ended")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Hand()
        self.store = open_store(Path(self.folder.name) / "usage.db")
        self.spool = Spool(Path(self.folder.name) / "spool")
        self.book = ledger(self.store, self.clock, spool=self.spool, lease_s=3600.0)
        self.through = 0

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @rule(target=open_ones, made=CLAIMS)
    def reserve(self, made: Claim) -> Reservation:
        self.book.expire()
        before = self._rows()
        found = self.book.reserve(made)
        if isinstance(found, Exceeded):
            assert found.cap in made.caps and made.estimate_usd != 0
            assert self._rows() == before
            return Reservation("never", made)
        self.through += 1
        return found

    @rule(target=ended, kept=consumes(open_ones), end=ENDS)
    def settle(self, kept: Reservation, end: Settlement) -> Reservation:
        if kept.id != "never":
            self.book.settle(kept, end)
            with self.store.read() as connection:
                assert connection.execute(select(CALLS.c.outcome).where(CALLS.c.id == kept.id)).scalar() == end.outcome
        return kept

    @rule(kept=ended, end=ENDS)
    def settle_again(self, kept: Reservation, end: Settlement) -> None:
        if kept.id != "never":
            before = self._rows()
            self.book.settle(kept, end)
            assert self._rows() == before

    @rule(target=ended, kept=consumes(open_ones), end=ENDS)
    def settle_through_the_spool(self, kept: Reservation, end: Settlement) -> Reservation:
        if kept.id != "never":
            now = micros(self.clock())
            self.spool.append("call", settled_to_plain(Settled(kept.id, now, now, kept.claim, end)))
            assert drain(self.store, self.spool, self.clock).entered == 1
        return kept

    @rule(minutes=st.integers(1, 90))
    def time_passes(self, minutes: int) -> None:
        self.clock.forward(minutes=minutes)

    @rule()
    def expire(self) -> None:
        self.book.expire()
        with self.store.read() as connection:
            soonest = connection.execute(select(RESERVATIONS.c.expires_at)).scalars().all()
        assert all(at >= micros(self.clock()) for at in soonest)

    @invariant()
    def tallies_are_the_sums_of_their_rows(self) -> None:
        with self.store.read() as connection:
            assert sums_of_tallies(connection) == sums_of_rows(connection)

    @invariant()
    def every_attempt_that_was_let_through_is_open_or_has_its_row(self) -> None:
        assert count(self.store, CALLS) + count(self.store, RESERVATIONS) == self.through

    def _rows(self) -> list[object]:
        with self.store.read() as connection:
            return list(connection.execute(select(CALLS).order_by(CALLS.c.id)))


class CapLaws(RuleBasedStateMachine):
    """Where nothing costs more than its estimate, no cap is ever overrun by what is spent and set aside."""

    open_ones: Bundle[Reservation] = Bundle("open_ones")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Hand()
        self.store = open_store(Path(self.folder.name) / "usage.db")
        self.book = ledger(self.store, self.clock, lease_s=1800.0)

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @rule(target=open_ones, made=CLAIMS.filter(lambda made: made.estimate_usd is not None))
    def reserve(self, made: Claim) -> Reservation:
        found = self.book.reserve(made._replace(caps=CAPS))
        return found if isinstance(found, Reservation) else Reservation("never", made)

    @rule(kept=consumes(open_ones), share=st.floats(0, 1))
    def settle(self, kept: Reservation, share: float) -> None:
        if kept.id != "never":
            cost = (kept.claim.estimate_usd or 0.0) * share
            self.book.settle(kept, Settlement("answered", Usage(), cost, False, 1.0))

    @rule(minutes=st.integers(1, 60))
    def time_passes(self, minutes: int) -> None:
        self.clock.forward(minutes=minutes)

    @invariant()
    def no_cap_is_overrun(self) -> None:
        limits = {"total": {10: 1.0, 7: 3.0}, "provider": {10: 0.7}, "task": {7: 0.9}, "session": {0: 0.8}}
        with self.store.read() as connection:
            for (scope, name, period), (spent, reserved) in sums_of_rows(connection).items():
                limit = limits[scope].get(len(period))
                if limit is not None and name not in ("q", "query"):
                    assert spent + reserved <= round(limit * 1e9), (scope, name, period)


@pytest.mark.slow
@pytest.mark.parametrize("laws", [LedgerLaws, CapLaws])
def test_the_laws_hold(laws: type[RuleBasedStateMachine]) -> None:
    _run(laws, 5)


@pytest.mark.slow
@pytest.mark.parametrize("laws", [LedgerLaws, CapLaws])
def test_the_laws_hold_for_long(laws: type[RuleBasedStateMachine]) -> None:
    _run(laws, 60)


def _run(laws: type[RuleBasedStateMachine], examples: int) -> None:
    run_state_machine_as_test(
        laws,
        settings=settings(
            max_examples=examples, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
