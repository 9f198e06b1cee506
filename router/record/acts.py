"""What a hook did to what a host wanted, as an event of the audit log; a decision's own event says why."""

from collections.abc import Mapping
from typing import Any

from router.model.audit import AdminEvent, new_id
from router.model.ledger import Asker
from router.record.audit.chain import moment


def act_event(body: Mapping[str, Any]) -> dict[str, Any]:
    """The audit event's body from that of a spool line of kind `act`; KeyError and TypeError for what is none."""
    asker = Asker(**{name: body["asker"].get(name) for name in Asker._fields})
    event = AdminEvent(
        new_id(), moment(body["at"]), asker, str(body["action"]), dict(body["detail"]), body["decision_id"]
    )
    return event.to_body()
