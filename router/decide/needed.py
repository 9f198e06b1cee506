"""Task and complexity of a request, judged when, and only when, a row that counts hinges on them."""

from router.decide.chain import context_of, fitting, is_concrete
from router.decide.chains import Chains
from router.decide.collect import MEMO_LIMIT, Collecting
from router.decide.judged import Classify, partly, with_known
from router.decide.restrictions import Restrictions
from router.model.decision import DEFAULT_PROFILE, Facts, Judgement
from router.model.terms import TIER_OF
from router.table.rowsets import lowest
from router.table.table import Table

GIVEN_NOTHING = Judgement(None, None, None, None, None, False, "none")


class Needed:
    """Whether a table's rows need a judgement, and which one they get."""

    def __init__(self, table: Table, chains: Chains, collecting: Collecting) -> None:
        self._table = table
        self._chains = chains
        self._collecting = collecting
        effects, stages = table.effects, table.stages
        self._classify, self._route = effects.get("classify", 0), effects.get("route", 0)
        self._wishes = effects.get("prefer", 0) | effects.get("avoid", 0)
        self._firsts = (effects.get("mode", 0), effects.get("profile", 0), self._route)
        # Who asks the profile may be ruled out by it, and the next in line may depend on the classifier.
        self._minding = stages["classified"].minding | stages["profiled"].minding
        self._minding_profile = stages["profiled"].minding
        self._denying = effects.get("deny", 0) | effects.get("allow", 0)
        self._judgements: dict[tuple[str, str, float | None], Judgement] = {}

    def judge(self, survivors: int, facts: Facts, classify: Classify) -> Judgement:
        """Task and complexity: as given, else by the first `classify` row, else by the classifier if it is needed."""
        task, complexity = facts.get("task"), facts.get("complexity")
        if task is not None and complexity is not None:
            return self.given(task, complexity, facts.get("confidence"))
        rule, source = None, "given"
        rows = survivors & self._classify
        if rows and task is None:
            index = self._table.rule_of_row(lowest(rows))
            words = next(e["words"] for e in self._table.rule(index)["effects"] if e["kind"] == "classify")
            task, rule, source = words[0], self._table.names[index], "rule"
            complexity = complexity or (words[1] if len(words) > 1 else None)
        if task is not None and complexity is not None:
            return Judgement(task, complexity, TIER_OF[complexity], 1.0, 1.0, False, source, rule)  # type: ignore[arg-type]
        if not self._hinges(survivors, facts):
            if task is None and complexity is None:
                return GIVEN_NOTHING
            return partly(task, complexity, source, rule)
        return with_known(classify(facts), task, complexity, source, rule)

    def given(self, task: str, complexity: str, confidence: float | None) -> Judgement:
        """The judgement of a request that says task and complexity itself."""
        key = (task, complexity, confidence)
        found = self._judgements.get(key)
        if found is None:
            sure = 1.0 if confidence is None else confidence
            found = Judgement(task, complexity, TIER_OF[complexity], sure, 1.0, False, "given")
            if len(self._judgements) < MEMO_LIMIT:
                self._judgements[key] = found
        return found

    def _hinges(self, survivors: int, facts: Facts) -> bool:
        """Whether a row that could still win or restrict depends on task, complexity or confidence."""
        minding = self._minding
        if survivors & minding & (self._collecting.rows | self._wishes):
            return True
        # An estimate depends on how long an answer to such a task is expected to be.
        if survivors & self._collecting.late:
            return True
        for slot in self._firsts:
            rows = survivors & slot
            if rows and minding >> lowest(rows) & 1:
                return True
        return not self.route_is_settled(survivors, facts)

    def route_is_settled(self, survivors: int, facts: Facts) -> bool:
        """Whether the first route is sure and names models only, one usable, and no wish brings others in."""
        routes = survivors & self._route
        denying = survivors & self._denying
        if not routes or denying & self._minding_profile or self._minding >> lowest(routes) & 1:
            return False
        wishes = self._chains.ordered_wishes(survivors & self._wishes)
        wished = {kind for _, targets in wishes for kind, _ in targets}
        targets = self._chains.targets(lowest(routes))
        if not is_concrete(targets) or not wished <= {"model", "pattern"}:
            return False
        denials = self._collecting.collected(denying).denials if denying else ()
        context = context_of(GIVEN_NOTHING, None, "premium", DEFAULT_PROFILE, facts)
        models = [text for _, text in targets]
        return bool(fitting(models, Restrictions(denials), self._table.catalogue, context)[0])
