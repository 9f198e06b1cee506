"""`audit prune`: remove events that are older than the policy keeps them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from router.base.failures import RouterError, UsageError
from router.model.ledger import Asker
from router.ops.audit_log import Log, log_of, moment_of, reading
from router.ops.operation import Operation, Parameter, Result, Surroundings
from router.record.audit.auditor import Auditor
from router.record.audit.faults import Fault
from router.record.audit.keys import Keys, open_keys, read_keys
from router.record.audit.prune import NOTHING, Pruning, plan, prune
from router.record.audit.verify import anchors_of, steady, verify
from router.record.store import open_store


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """What is older than `--before` or the policy's retention goes, with --yes; else it is only shown."""
    log = log_of(around)
    before = _before(values["before"], log, around.clock())
    keys = read_keys(log.folder)
    if keys is None:
        return _result(NOTHING, before, done=False)
    if not values["force"]:
        _insist_on_whole(log, keys)
    if not values["yes"]:
        with reading(log) as connection:
            found = NOTHING if connection is None else plan(connection, keys.chain_of(log.place), before)
        return _result(found, before, done=False)
    return _result(_removed(log, before, around), before, done=True)


def _before(text: str | None, log: Log, now: datetime) -> datetime:
    said = moment_of(text, now, "before")
    if said is not None:
        return said
    if log.settings.retention_days is None:
        raise UsageError("the policy sets no `audit.retention_days`; say `--before 90d` or a date")
    return now - timedelta(days=log.settings.retention_days)


def _insist_on_whole(log: Log, keys: Keys) -> None:
    """Pruning a chain that was tampered with could remove the evidence."""
    anchors = anchors_of(keys)
    with reading(log) as connection:
        fault = None if connection is None else _fault(connection, log, keys, anchors)
    if fault is not None:
        raise RouterError(
            f"nothing was removed, the log is not whole: event {fault.seq}: {fault.kind}: {fault.detail};"
            " keep a copy of the store, then prune with --force"
        )


def _fault(connection: Connection, log: Log, keys: Keys, anchors: Any) -> Fault | None:
    steady(connection)
    reports = verify(connection, keys, log.place, anchors)
    return next((fault for report in reports if report.own for fault in report.faults), None)


def _removed(log: Log, before: datetime, around: Surroundings) -> Pruning:
    auditor = Auditor(open_keys(log.folder), log.place, around.clock)
    asker = Asker("cli", around.environ.get("USER") or around.environ.get("LOGNAME"))
    store = open_store(log.address)
    try:
        with store.write() as connection:
            found, link = prune(connection, auditor, before, asker)
        if link is not None:
            auditor.anchor(link)
    finally:
        store.close()
    return found


def _result(found: Pruning, before: datetime, *, done: bool) -> Result:
    plain = {"before": before.isoformat(), "removed": done, **found.to_plain()}
    return Result(plain, lambda colour: _text(found, before, done))


def _text(found: Pruning, before: datetime, done: bool) -> str:
    if not found.events:
        return f"no event is older than {before:%Y-%m-%d %H:%M}"
    what = f"{found.events:,} events ({found.first:,} to {found.last:,}, {found.oldest:%Y-%m-%d} to {found.newest:%Y-%m-%d})"
    return f"removed {what}" if done else f"would remove {what}; --yes does it"


OPERATION = Operation(
    name="audit prune",
    summary="remove events that are older than the policy keeps them; the rest stays verifiable",
    description=(
        "Removes the oldest events of this installation's chain, by the policy's audit.retention_days or --before, and "
        "signs where the chain begins now. Without --yes it only says what would go."
    ),
    parameters=(
        Parameter("before", "remove what is older than this: 90d, 52w, or a date", metavar="WHEN"),
        Parameter("yes", "do it", kind="flag"),
        Parameter("force", "also when the log is not whole", kind="flag"),
    ),
    run=run,
    example="llm-router audit prune --before 90d",
)
