"""Where one process keeps what happens: store, spool, ledger and audit log of an installation, opened once."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from router.base.clock import Clock
from router.base.failures import StoreError
from router.base.places import Places
from router.engine.hook_event import Complete, completing
from router.model.audit import DecisionEvent, Link
from router.model.decision import Decision
from router.model.ledger import Asker
from router.model.settings import Settings
from router.record.audit.auditor import Auditor
from router.record.audit.keys import open_keys
from router.record.decision_body import decision_body
from router.record.decisions import Entry
from router.record.drain import Drained, drain
from router.record.ledger import Ledger
from router.record.money import micros
from router.record.spool import Spool
from router.record.store import Store
from router.record.where import audit_folder, spool_folder, store_address

Warn = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Records:
    """The records of one installation; `auditor` is None when its keys cannot be read, which was warned about."""

    store: Store
    spool: Spool
    ledger: Ledger
    auditor: Auditor | None
    clock: Clock
    warn: Warn
    complete: Complete = lambda _: None
    """Gives the audit event of a decision of which a hook only noted what it knew."""

    def entry(
        self, id: str, decision: Decision, asker: Asker, event: DecisionEvent, verdict: str | None = None
    ) -> Entry:
        """A decision to be kept: its row and its audit event in one transaction, or both in the spool."""
        prompt = event.prompt
        body = decision_body(
            id, micros(event.at), decision, asker, verdict=verdict,
            prompt_hash=prompt.get("hash"), prompt_chars=prompt.get("chars"), event=event.to_body(),
        )  # fmt: skip
        return Entry(self.spool, body, self.auditor.decided if self.auditor else None, self.warn)

    def drain(self) -> Drained:
        """Get what waits in the spool into the store; what cannot enter now waits on."""
        audit = self.auditor
        return drain(
            self.store, self.spool, self.clock,
            audit=audit.settled if audit else None, audit_decision=audit.decided if audit else None,
            complete=self.complete,
        )  # fmt: skip

    def catch_up(self) -> None:
        """Note outside the store how far the audit log has come; what fails here loses only the proof of its end."""
        if self.auditor is None:
            return
        with suppress(StoreError), self.store.read() as connection:
            self.auditor.catch_up(connection)


def _nowhere(link: Link) -> None:
    """Where no audit log is kept, its end is noted nowhere."""


def open_records(
    places: Places, environ: Mapping[str, str], settings: Settings, clock: Clock, warn: Warn
) -> Records:
    """The records; nothing of the store is touched before its first use, and what is wrong with it shows there."""
    address = store_address(environ, places, settings.team_store)
    store, spool = Store(address), Spool(spool_folder(places))
    auditor: Auditor | None = None
    try:
        auditor = Auditor(open_keys(audit_folder(places)), str(address), clock)
    except StoreError as failure:
        warn(f"{failure}; what happens now is not in the audit log")
    ledger = Ledger(
        store, clock, spool, on_failure=settings.budget_failure,
        audit=auditor.settled if auditor else None, anchor=auditor.anchor if auditor else _nowhere, warn=warn,
    )  # fmt: skip
    return Records(store, spool, ledger, auditor, clock, warn, completing(places))
