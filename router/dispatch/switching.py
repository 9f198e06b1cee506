"""Keeping a session's model: what leaving it loses in prompt cache, and when that is worth it."""

from router.model.call import Plan, Switch
from router.model.catalogue import Catalogue

_PER_MTOK = 1_000_000


def lost_usd(catalogue: Catalogue, last: str, cached_tokens: int) -> float:
    """US dollars that the prompt cache of a session's last model saves on its next call; 0 when prices are not known."""
    model = catalogue.models.get(last)
    if model is None or model.free or model.input_usd_per_mtok is None or model.cached_usd_per_mtok is None:
        return 0.0
    return max(model.input_usd_per_mtok - model.cached_usd_per_mtok, 0.0) * cached_tokens / _PER_MTOK


def keep_model(
    plan: Plan, last: str | None, cached_tokens: int, catalogue: Catalogue, *, in_tool_loop: bool
) -> Plan:
    """The plan with the session's `last` model first, where it should answer on; else as it was. `switch` says why.

    A tool's result goes to the model that asked for it and to no other. Otherwise a prompt cache that would be lost is
    weighed: another model takes over only when what it saves on this call exceeds it, or when the last one is not in the
    chain any more. With nothing to lose the order is policy's. What policy forbids is never kept.
    """
    if last is None or not plan.chain or plan.check(last, _estimate(plan, catalogue, last)).stop is not None:
        return plan
    if plan.chain[0] == last or (last not in plan.chain and not in_tool_loop):
        return plan._replace(chain=(last,), emergency=()) if in_tool_loop else plan
    saving, lost = saving_usd(plan, last, catalogue), lost_usd(catalogue, last, cached_tokens)
    if not lost and not in_tool_loop:
        return plan
    # A saving that is not known is none.
    switch = Switch(last, plan.chain[0], saving, lost, in_tool_loop or (saving or 0.0) <= lost, in_tool_loop)
    if in_tool_loop:
        return plan._replace(chain=(last,), emergency=(), switch=switch)
    if not switch.kept:
        return plan._replace(switch=switch)
    return plan._replace(chain=(last, *(id_ for id_ in plan.chain if id_ != last)), switch=switch)


def saving_usd(plan: Plan, last: str, catalogue: Catalogue) -> float | None:
    """What the chain's first model saves over `last` on this call; None without both prices."""
    kept, moved = (_estimate(plan, catalogue, id_) for id_ in (last, plan.chain[0]))
    return None if kept is None or moved is None else kept - moved


def _estimate(plan: Plan, catalogue: Catalogue, id_: str) -> float | None:
    return catalogue.estimate_usd(id_, plan.input_tokens, plan.output_tokens)
