"""What an administrator changed, noted in the audit log; a log that cannot take it is a warning, the change stands."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import StoreError
from router.ops.operation import Surroundings


def noted(around: Surroundings, action: str, detail: Mapping[str, Any]) -> None:
    """Append an administrator's act by whoever runs this process."""
    from router.engine.reading import open_reader
    from router.model.audit import AdminEvent, new_id
    from router.model.ledger import Asker

    reader = open_reader(around.cwd, around.environ, around.clock, around.warn)
    auditor, store = reader.records.auditor, reader.records.store
    if auditor is None:
        return
    user = around.environ.get("USER") or around.environ.get("LOGNAME")
    event = AdminEvent(new_id(), around.clock(), Asker("cli", user), action, detail)
    try:
        store.run(lambda connection: auditor.append(connection, event))
    except StoreError as failure:
        around.warn(f"{failure}; this change is not in the audit log")
        return
    reader.records.catch_up()
    store.close()
