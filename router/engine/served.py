"""The router of a long-lived process: it remembers classifications, and obeys a caller who names a model."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from router.base.failures import RouterError, UsageError
from router.decide.decide import Classify
from router.decide.restrictions import Restrictions
from router.engine.caches import Cache, CachedJudge
from router.engine.router import Router
from router.model.decision import Decision, Facts
from router.model.request import Request


@dataclass(frozen=True, slots=True)
class ServedRouter(Router):
    """`wanted` are the models a caller asks for, best first; () leaves the choice to the policy."""

    classified: Cache | None = None
    wanted: tuple[str, ...] = ()

    def judge(self, request: Request) -> Classify:
        """The judge of a request, with memory."""
        judge: Any = Router.judge(self, request)
        return judge if self.classified is None else CachedJudge(judge, request, self.classified)

    def decide_fully(self, request: Request) -> tuple[Decision, Facts]:
        """The decision; a wanted model takes the chain's place where the policy leaves the choice open."""
        decision, facts = Router.decide_fully(self, request)
        if not self.wanted or decision.outcome == "refused":
            return decision, facts
        return _with_models(self, decision, self.wanted), facts


def _with_models(router: Router, decision: Decision, wanted: tuple[str, ...]) -> Decision:
    routed = [rule for effect, rule in decision.rules if effect == "route"]
    if routed and not router.decider.came_from_catalogue(decision):
        raise RouterError(f"rule `{routed[0]}` says which model answers this: {decision.chain[0] if decision.chain else 'none'}")
    restrictions = Restrictions(decision.denials)
    allowed = tuple(model for model in wanted if restrictions.against(model) is None)
    if not allowed:
        denial = restrictions.against(wanted[0])
        raise RouterError(f"`{wanted[0]}` may not be used here" + (f": denied by `{denial.rule}`" if denial else ""))
    rules = tuple((effect, rule) for effect, rule in decision.rules if effect != "route")
    return decision._replace(outcome="route", chain=allowed, rules=rules)


def known_models(router: Router, names: Iterable[str]) -> tuple[str, ...]:
    """The models by their full names; raises `UsageError` for one that the catalogue does not have."""
    from difflib import get_close_matches

    models = router.decider.catalogue.models
    found = []
    for name in names:
        full = name if name in models else next((id_ for id_ in models if id_.partition("/")[2] == name), None)
        if full is None:
            near = get_close_matches(name, models, 1, 0.5)
            raise UsageError(f"no model is called `{name[:80]}`" + (f"; did you mean `{near[0]}`?" if near else ""))
        found.append(full)
    return tuple(found)


Choose = Callable[[Router], tuple[str, ...]]
"""Which models a caller wants, given the router; () for no wish."""
