"""A decision made ready to be carried out: every hop asks the policy again, the emergency chain included."""

from router.decide.chain import Context, context_of, fitting
from router.decide.restrictions import Restrictions
from router.engine.router import Router
from router.facts.prompt_tokens import token_estimate
from router.model.call import Ask, Hop, Plan
from router.model.decision import Decision, Facts
from router.model.ledger import Asker

_MEDIA_S = 600.0
"""How long pictures, films and speech may take."""

EMERGENCY = "emergency"
"""The catalogue's chain for when a profile's is exhausted."""


def planned(
    router: Router, decision: Decision, facts: Facts, decision_id: str,
    asker: Asker, ask: Ask, deadline_s: float,
) -> Plan:  # fmt: skip
    """The plan for a decision that routes; the call's id is its decision's."""
    context = context_of(decision.judgement, decision.complexity, decision.tier, decision.profile, facts)
    catalogue = router.decider.catalogue
    expected = catalogue.expected_output_tokens(context.task, context.complexity)
    return Plan(
        call_id=decision_id,
        decision_id=decision_id,
        asker=asker,
        task=decision.task,
        complexity=decision.complexity,
        chain=decision.chain,
        emergency=_emergency(router, decision, context),
        check=lambda model, cost: _hop(router, decision, facts, model, cost),
        input_tokens=tokens_of(ask),
        output_tokens=expected if ask.max_tokens is None else min(expected, ask.max_tokens) or ask.max_tokens,
        deadline_s=_MEDIA_S if ask.kind == "media" else deadline_s,
        attempt_s=_MEDIA_S if ask.kind == "media" else max(1.0, deadline_s / 2),
    )


def tokens_of(ask: Ask) -> int:
    """About how many tokens a call sends."""
    return sum(token_estimate(_text(message.get("content"))) for message in ask.messages)


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))


def _hop(router: Router, decision: Decision, facts: Facts, model: str, cost: float | None) -> Hop:
    """What the policy says of one model at its own price: denied, refused, in need of approval, or under which caps."""
    denial = Restrictions(decision.denials).against(model)
    if denial is not None:
        return Hop(stop=f"denied by `{denial.rule}`")
    collected = router.decider.at_cost(decision, facts, cost)
    if collected.refusals:
        return Hop(stop=f"refused at this price by `{collected.refusals[0]}`")
    unapproved = [rule for rule in collected.approvals if rule not in decision.approvals]
    if unapproved:
        return Hop(stop=f"needs approval at this price by `{unapproved[0]}`")
    return Hop(caps=collected.caps)


def _emergency(router: Router, decision: Decision, context: Context) -> tuple[str, ...]:
    """Whatever is likeliest to answer, when the chain came from the catalogue; a rule's own chain is never left."""
    if not router.decider.came_from_catalogue(decision):
        return ()
    catalogue = router.decider.catalogue
    models = catalogue.chain(EMERGENCY, context.task, context.complexity)
    return tuple(fitting(models, Restrictions(decision.denials), catalogue, context)[0])
