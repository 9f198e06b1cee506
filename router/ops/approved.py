"""What `approve yes` and `approve no` share: the word of a person, kept with its audit event."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from router.base.failures import UsageError
from router.base.render import printable
from router.engine.reading import open_reader
from router.model.audit import AdminEvent, new_id
from router.model.ledger import Asker
from router.ops.money_words import dollars
from router.ops.operation import Parameter, Result, Surroundings
from router.record.approvals import Approval, Approvals

ID = Parameter("id", "the id, or its beginning, as `approve list` shows it", positional=True, required=True)
NOTHING = "no call waits for approval"


def decide(values: Mapping[str, Any], around: Surroundings, *, approve: bool) -> Result:
    """The call as it stands now; raises `UsageError` when none waits under that id."""
    reader = open_reader(around.cwd, around.environ, around.clock, around.warn)
    if reader.store is None:
        raise UsageError(NOTHING)
    user = around.environ.get("USER") or around.environ.get("LOGNAME")
    auditor = reader.records.auditor

    def record(connection: Connection, decided: Approval) -> None:
        if auditor is not None:
            detail = {"approval": decided.id, "state": decided.state, "model": decided.model, "why": decided.why}
            asker = Asker(around.source, user, around.host, around.session)
            event = AdminEvent(new_id(), around.clock(), asker, "approval", detail, decided.decision_id)
            auditor.append(connection, event)

    decided = Approvals(reader.store, around.clock).decide(values["id"], approve, user, record)
    reader.records.catch_up()
    said = "passes once when it is asked again" if approve else "is rejected"
    return Result(approval_record(decided), lambda _: printable(f"{decided.id[:8]} ({decided.model}, {price(decided)}) {said}"))


def approval_record(approval: Approval) -> dict[str, Any]:
    """An approval as plain data, without the key of what was asked."""
    return {name: value for name, value in approval._asdict().items() if name != "key"}


def price(approval: Approval) -> str:
    """What it may cost, in words."""
    return "price not known" if approval.estimate_usd is None else f"about {dollars(approval.estimate_usd)}"
