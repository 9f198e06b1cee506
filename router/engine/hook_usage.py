"""What a sub-agent used, as a call of the ledger."""

from typing import Any

from router.engine.hook_policy import policy_of
from router.engine.hooked import Hooking
from router.model.ledger import Asker, Claim, Settlement, Usage
from router.record.claims import Settled, settled_to_plain
from router.record.ids import new_id
from router.record.money import micros


def agent_call(hooking: Hooking, decision: str, model: str) -> dict[str, Any]:
    """The body of a line of kind `call`; a plan's calls cost nothing more, others what the catalogue says."""
    event, at = hooking.event, micros(hooking.now)
    read, written = event.usage or (0, 0)
    policy = policy_of(hooking)
    paid = policy.settings.claude_subscription
    cost = 0.0 if paid else policy.table.catalogue.estimate_usd(model, read, written)
    asker = Asker("hook", host=hooking.host.name, session=event.session, agent=event.tool)
    id = new_id(at)
    claim = Claim(id, 0, decision, "answer", model, model.partition("/")[0], None, None, cost, (), asker)
    took = event.raw.get("duration_ms")
    settlement = Settlement(
        "failed" if event.failed else "answered", Usage(read, written), cost, True,
        float(took) if isinstance(took, int | float) else 0.0, failure="unknown" if event.failed else None,
    )  # fmt: skip
    return settled_to_plain(Settled(id, at, at, claim, settlement))
