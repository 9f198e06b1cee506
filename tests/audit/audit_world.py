"""Stores, events and tampering for the proofs of the audit log."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text

from router.model.audit import AdminEvent, DecisionEvent, Event, Link, outcome_event
from router.model.decision import Decision, Judgement
from router.model.decision_plain import decision_plain
from router.model.ledger import Asker, Claim, Settlement, Usage
from router.record.audit.auditor import Auditor
from router.record.audit.faults import ChainReport
from router.record.audit.keys import Keys, open_keys
from router.record.audit.verify import anchors_of, verify
from router.record.tables import METADATA

POSTGRES = "postgresql+psycopg://postgres@127.0.0.1:5432/"
START = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


DECIDED = Decision(
    "route", Judgement("code", "simple", "cheap", 0.9, 0.8, False, "classifier"), "simple", "simple", "cheap", "suggest",
    "balanced", ("ollama/small", "openai/big"), 0.01, (), (), (), (), (), (), (), (("route", "by-tier"),), "f" * 32,
)  # fmt: skip


def clock_from(start: datetime = START) -> Any:
    """A clock that is a second later each time it is asked."""
    moments = (start + timedelta(seconds=second) for second in range(10**9))
    return lambda: next(moments)


def decision(number: int = 0, **changes: Any) -> DecisionEvent:
    """A decision event; numbers give different ids and moments."""
    plain: dict[str, Any] = {
        "id": f"{number:032x}",
        "at": START + timedelta(minutes=number),
        "decision_id": f"d{number:031x}",
        "asker": Asker("cli", "ada", "cursor", f"s{number % 3}", "acme/pay", "main"),
        "policy": "f" * 32,
        "facts": {"hour": 9, "path": ["src/a.py"]},
        "unknown": ("branch",),
        "pending": ("cost",),
        "prompt": {"kept": "hash", "chars": 12, "hash": "0" * 64, "predicates": {"true": [], "false": [], "whole": True}},
        "judged": None,
        "decision": {**decision_plain(DECIDED), "dropped": []},
        "rules": (),
        "losers": None,
    }
    return DecisionEvent(**{**plain, **changes})


def outcome(number: int, **changes: Any) -> Event:
    """The outcome of an attempt."""
    asker = Asker("cli", "ada", "cursor", "s1", "acme/pay", "main")
    claim = Claim(f"c{number}", 1, f"d{number:031x}", "answer", "openai/big", "openai", "code", "simple", 0.02, (), asker)
    made = outcome_event(
        claim, Settlement("answered", Usage(10, 20), 0.015, False, 120.5), START + timedelta(minutes=number), f"a{number}"
    )
    return made._replace(**changes)


def admin(number: int = 0) -> AdminEvent:
    return AdminEvent(f"e{number:031x}", START + timedelta(minutes=number), Asker("cli", "ada"), "budget", {"openai": 5})


def sqlite_engine(path: Path, *, fresh: bool = True) -> Engine:
    """As the store opens SQLite: a writer takes the write lock at once, readers do not wait; the mode stays in the file."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30, "isolation_level": None})
    event.listen(engine, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))
    if fresh:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    return engine


@contextmanager
def postgres_engine() -> Iterator[Engine]:
    """A database of its own, dropped afterwards."""
    name = f"audit_{uuid.uuid4().hex[:12]}"
    server = create_engine(f"{POSTGRES}postgres", isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = create_engine(f"{POSTGRES}{name}")
    try:
        yield engine
    finally:
        engine.dispose()
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


@dataclass
class World:
    """One store and one installation's keys."""

    engine: Engine
    keys: Keys
    place: str
    auditor: Auditor

    @staticmethod
    def of(engine: Engine, folder: Path) -> "World":
        METADATA.create_all(engine)
        keys = open_keys(folder)
        place = str(engine.url)
        return World(engine, keys, place, Auditor(keys, place, clock_from()))

    def append(self, *events: Event) -> Link:
        """Each event in a transaction of its own, anchored after its commit."""
        for one in events:
            with self.engine.begin() as connection:
                link = self.auditor.append(connection, one)
            assert self.auditor.anchor(link)
        return link

    def fill(self, count: int) -> Link:
        """So many decisions in one transaction, anchored."""
        with self.engine.begin() as connection:
            for number in range(1, count + 1):
                link = self.auditor.append(connection, decision(number))
        assert self.auditor.anchor(link)
        return link

    def sql(self, *statements: str) -> None:
        """What a tamperer does."""
        with self.engine.begin() as connection:
            _tamper(connection, statements)

    def verify(self, keys: Keys | None = None, after: tuple[str, ...] = ()) -> tuple[ChainReport, ...]:
        """The reports after some tampering, which is taken back again."""
        keys = keys or self.keys
        anchors = anchors_of(keys)
        with self.engine.connect() as connection:
            _tamper(connection, after)
            found = verify(connection, keys, self.place, anchors)
            connection.rollback()
        return found

    def first_fault(self, *after: str) -> tuple[int, str]:
        """Place and kind of the first fault of the own chain."""
        found = next(r for r in self.verify(after=after) if r.chain == self.auditor.chain).faults
        assert found, "verify found nothing"
        return found[0].seq, found[0].kind


def _tamper(connection: Connection, statements: tuple[str, ...]) -> None:
    for statement in statements:
        assert connection.exec_driver_sql(statement).rowcount != 0, f"nothing was tampered: {statement}"
