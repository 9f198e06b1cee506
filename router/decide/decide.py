"""Facts and a table become a decision: pure, total, and about as fast with ten thousand rules as with ten."""

from collections.abc import Callable, Mapping, Sequence

from router.decide.chain import (
    Context,
    Restrictions,
    context_of,
    fitting,
    is_concrete,
    reordered,
    route_models,
    route_weighed,
)
from router.decide.collect import Collected, collect
from router.decide.judged import (
    lowered,
    partly,
    told,
    unjudged,
    with_foretold,
    with_judgement,
    with_known,
)
from router.decide.match import make_pass
from router.decide.order import Weighed
from router.decide.scan import Scan, make_scan
from router.decide.strain import STRAINED, eased
from router.model.decision import (
    DEFAULT_MODE,
    DEFAULT_PROFILE,
    Decision,
    Denial,
    Dropped,
    Facts,
    Judgement,
)
from router.model.terms import TIER_OF
from router.table.rowsets import lowest, members
from router.table.table import Table

Classify = Callable[[Facts], Judgement]
"""Judges a request when, and only when, a row that counts hinges on task or complexity."""

_MEMO_LIMIT = 8192
_COLLECTED = ("deny", "allow", "cap", "refuse", "approve", "redact", "compress", "tag", "downgrade")
_LATE = ("cap", "refuse", "approve", "redact", "compress", "tag")
_new_decision = tuple.__new__
"""Builds the named tuple without its own constructor, which costs as much as a column."""

_Chain = tuple[tuple[str, ...], tuple[tuple[str, str], ...], float | None]


class Decider:
    """Decides by one table. It holds nothing of a request; what it remembers are results of pure functions."""

    def __init__(self, table: Table, recorded: Mapping[str, Scan] | None = None) -> None:
        """`recorded` are scans by fact that stand in for the table's own, when a decision is made again from a record."""
        self.table = table
        self.catalogue = table.catalogue
        self._expectations = table.expectations
        self._dimensioned = self._expectations.dimensioned if self._expectations else frozenset()
        scans = {fact: make_scan(fact, record) for fact, record in table.literals.items()} | dict(
            recorded or {}
        )
        stages = table.stages
        self._pass_given = make_pass(stages["given"], scans)
        self._pass_classified = make_pass(stages["classified"], scans)
        self._pass_profiled = make_pass(stages["profiled"], scans)
        self._pass_priced = make_pass(stages["priced"], scans)
        effects = table.effects
        self._classify, self._route = effects.get("classify", 0), effects.get("route", 0)
        self._mode, self._profile = effects.get("mode", 0), effects.get("profile", 0)
        self._wishes = effects.get("prefer", 0) | effects.get("avoid", 0)
        self._collect = _union(effects, _COLLECTED)
        self._late = _union(effects, _LATE) & table.stages["priced"].minding
        self._firsts = (self._mode, self._profile, self._route)
        # Who asks the profile may be ruled out by it, and the next in line may depend on the classifier.
        self._minding = stages["classified"].minding | stages["profiled"].minding
        self._minding_profile = stages["profiled"].minding
        self._deny, self._allow = effects.get("deny", 0), effects.get("allow", 0)
        self._collections: dict[int, Collected] = {}
        self._chains: dict[tuple[object, ...], _Chain] = {}
        self._judgements: dict[tuple[str, str, float | None], Judgement] = {}
        columns = [column.fact for column in stages["classified"].cells]
        columns += [column.fact for column in stages["classified"].known]
        self._asks_confidence = "confidence" in columns
        self._winners: dict[tuple[int, str], tuple[str, tuple[tuple[str, str], ...]]] = {}
        self._early = self._collect & ~self._late

    def decide(self, facts: Facts, classify: Classify = unjudged) -> Decision:
        """The decision for a request.

        `classify` is called at most once, and not at all when task and complexity are given or nothing that
        could win or restrict depends on them.
        """
        survivors = self.survivors(facts)
        judgement = self._judge(survivors, facts, classify) or _GIVEN_NOTHING
        if self._dimensioned and not self._route_is_settled(survivors, facts):
            judgement = with_foretold(judgement, classify, self._dimensioned)
        return self._finish(survivors, facts, judgement)

    def survivors(self, facts: Facts) -> int:
        """The rows that pass all facts known from the start."""
        full = self.table.full
        return full if self._pass_given is None else self._pass_given(full, facts)

    def matching(self, facts: Facts) -> int:
        """The rows that pass when task and complexity are among the facts."""
        return self._reselect(self.survivors(facts), facts)

    def matched(self, known: Facts) -> list[int]:
        """The rules with a row that passes every column, in order; `known` are the facts as the last stage saw them."""
        rows = self.matching(known)
        if self._pass_priced is not None:
            rows = self._pass_priced(rows, known)
        return list(dict.fromkeys(self.table.rule_of_row(row) for row in members(rows)))

    # -- task and complexity -------------------------------------------------------------------------------

    def _judge(self, survivors: int, facts: Facts, classify: Classify) -> Judgement | None:
        """Task and complexity: as given, else by the first `classify` row, else by the classifier if it is needed."""
        task, complexity = facts.get("task"), facts.get("complexity")
        if task is not None and complexity is not None:
            return self._given(task, complexity, facts.get("confidence"))
        rule, source = None, "given"
        rows = survivors & self._classify
        if rows and task is None:
            index = self.table.rule_of_row(lowest(rows))
            words = next(e["words"] for e in self.table.rule(index)["effects"] if e["kind"] == "classify")
            task, rule, source = words[0], self.table.names[index], "rule"
            complexity = complexity or (words[1] if len(words) > 1 else None)
        if task is not None and complexity is not None:
            return Judgement(task, complexity, TIER_OF[complexity], 1.0, 1.0, False, source, rule)  # type: ignore[arg-type]
        if not self._hinges(survivors, facts):
            return None if task is None and complexity is None else partly(task, complexity, source, rule)
        return with_known(classify(facts), task, complexity, source, rule)

    def _given(self, task: str, complexity: str, confidence: float | None) -> Judgement:
        key = (task, complexity, confidence)
        found = self._judgements.get(key)
        if found is None:
            sure = 1.0 if confidence is None else confidence
            found = Judgement(task, complexity, TIER_OF[complexity], sure, 1.0, False, "given")
            if len(self._judgements) < _MEMO_LIMIT:
                self._judgements[key] = found
        return found

    def _hinges(self, survivors: int, facts: Facts) -> bool:
        """Whether a row that could still win or restrict depends on task, complexity or confidence."""
        minding = self._minding
        if survivors & minding & (self._collect | self._wishes):
            return True
        # An estimate depends on how long an answer to such a task is expected to be.
        if survivors & self._late:
            return True
        for slot in self._firsts:
            rows = survivors & slot
            if rows and minding >> lowest(rows) & 1:
                return True
        return not self._route_is_settled(survivors, facts)

    def _route_is_settled(self, survivors: int, facts: Facts) -> bool:
        """Whether the first route is sure and names models only, one usable, and no wish brings others in."""
        routes = survivors & self._route
        denying = survivors & (self._deny | self._allow)
        if not routes or denying & self._minding_profile or self._minding >> lowest(routes) & 1:
            return False
        wished = [
            kind for _, targets in self._ordered_wishes(survivors & self._wishes) for kind, _ in targets
        ]
        targets = self._targets(lowest(routes), "route")
        if not is_concrete(targets) or not set(wished) <= {"model", "pattern"}:
            return False
        denials = self._collected(denying).denials if denying else ()
        context = context_of(_GIVEN_NOTHING, None, "premium", DEFAULT_PROFILE, facts)
        return bool(fitting([text for _, text in targets], Restrictions(denials), self.catalogue, context)[0])

    def _targets(self, row: int, kind: str) -> list[list[str]]:
        record = self.table.rule(self.table.rule_of_row(row))
        return [
            target for effect in record["effects"] if effect["kind"] == kind for target in effect["targets"]
        ]

    # -- the rest ------------------------------------------------------------------------------------------

    def _finish(self, survivors: int, facts: Facts, judgement: Judgement) -> Decision:
        plain = told(facts, judgement) and not self._asks_confidence
        judged = facts if plain else with_judgement(facts, judgement)
        rows = survivors if self._pass_classified is None else self._pass_classified(survivors, judged)
        own = rows & self._profile
        profile, fired = self._winner(own, "profile") if own else (DEFAULT_PROFILE, ())
        if self._pass_profiled is not None:
            judged = {**judged, "profile": profile}
            rows = self._pass_profiled(rows, judged)
        own = rows & self._mode
        if own:
            mode, mode_rule = self._winner(own, "mode")
            fired = mode_rule + fired
        else:
            mode = DEFAULT_MODE
        own = rows & self._early
        collected = early = self._collected(own) if own else _NOTHING
        asked, complexity, tier = judgement.complexity, judgement.complexity, judgement.tier or "premium"
        selecting = rows
        if early.ceiling is not None:
            complexity, tier = lowered(complexity, tier, early.ceiling)
            if complexity != asked:
                selecting = self._reselect(survivors, {**judged, "complexity": complexity})
        chain, named, cost = self._chain(
            selecting, early.denials, judgement, complexity, tier, profile, facts
        )
        if self._pass_priced is not None:
            own = self._pass_priced(rows, {**judged, "cost": cost}) & self._collect
            collected = self._collected(own)
        if judgement.rule:
            named += (("classify", judgement.rule),)
        refused = bool(collected.refusals)
        return _new_decision(
            Decision, (
            "refused" if refused else "route" if chain else "nothing",
            judgement, complexity, asked, tier, mode, profile,
            () if refused else chain, None if refused else cost,
            collected.denials, collected.caps, collected.refusals, collected.approvals, collected.redact,
            collected.compress, collected.tags, fired + named + collected.rules, self.table.fingerprint,
        ))  # fmt: skip

    def _reselect(self, survivors: int, judged: Facts) -> int:
        """The rows for selection when a downgrade changed the complexity."""
        rows = survivors if self._pass_classified is None else self._pass_classified(survivors, judged)
        return rows if self._pass_profiled is None else self._pass_profiled(rows, judged)

    def _winner(self, rows: int, kind: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The word of the first rule among rows that are not empty, and the rule."""
        row = lowest(rows)
        found = self._winners.get((row, kind))
        if found is None:
            index = self.table.rule_of_row(row)
            word = next(e["words"][0] for e in self.table.rule(index)["effects"] if e["kind"] == kind)
            found = self._winners[row, kind] = (word, ((kind, self.table.names[index]),))
        return found

    def _named(self, rows: int) -> list[tuple[str, str]]:
        names = []
        for index in dict.fromkeys(self.table.rule_of_row(row) for row in members(rows)):
            for effect in self.table.rule(index)["effects"]:
                if effect["kind"] in ("prefer", "avoid"):
                    names.append((effect["kind"], self.table.names[index]))
        return names

    def _collected(self, rows: int) -> Collected:
        found = self._collections.get(rows)
        if found is None:
            if len(self._collections) >= _MEMO_LIMIT:
                self._collections.clear()
            indexes = dict.fromkeys(self.table.rule_of_row(row) for row in members(rows))
            wanted = self._kinds_by_rule(rows, indexes)
            found = self._collections[rows] = collect(self.table, wanted)
        return found

    def _kinds_by_rule(self, rows: int, indexes: dict[int, None]) -> list[tuple[int, frozenset[str]]]:
        kinds: dict[int, set[str]] = {index: set() for index in indexes}
        for kind in _COLLECTED:
            own = rows & self.table.effects.get(kind, 0)
            for row in members(own) if own else ():
                kinds[self.table.rule_of_row(row)].add(kind)
        return [(index, frozenset(found)) for index, found in kinds.items()]

    def _chain(
        self, rows: int, denials: tuple[Denial, ...], judgement: Judgement,
        complexity: str | None, tier: str, profile: str, facts: Facts,
    ) -> _Chain:  # fmt: skip
        """The chain, the rules that made it, and the cost of its first model."""
        routes, get = rows & self._route, facts.get
        first = lowest(routes) if routes else -1
        wishes = rows & self._wishes
        tokens = get("prompt.tokens") or 0
        key = (
            first,
            wishes,
            denials,
            judgement.task,
            complexity,
            tier,
            profile,
            get("configured"),
            get("needs"),
            tokens,
            get(STRAINED),
            judgement.foretold,
        )
        found = self._chains.get(key)
        if found is None:
            context = context_of(judgement, complexity, tier, profile, facts)
            chain, row = self._assemble(routes, wishes, denials, context)
            named = [] if row < 0 else [("route", self.table.names[self.table.rule_of_row(row)])]
            named += self._named(wishes) if wishes else []
            found = (chain, tuple(named), self._cost(chain, context))
            # A chain that fell through to a later row depends on more rows than the key holds.
            if row == first and len(self._chains) < _MEMO_LIMIT:
                self._chains[key] = found
        return found

    def _assemble(
        self, routes: int, wishing: int, denials: tuple[Denial, ...], context: Context
    ) -> tuple[tuple[str, ...], int]:
        """The first route of which a model may be used, after all wishes; its row, or -1."""
        restrictions, catalogue = Restrictions(denials), self.catalogue
        wishes = self._ordered_wishes(wishing) if wishing else []
        for row in members(routes):
            models = self._models(row, restrictions, context)
            kept, _ = fitting(models, restrictions, catalogue, context)
            if kept:
                wished = reordered(models, wishes, catalogue, context) if wishes else models
                return eased(fitting(wished, restrictions, catalogue, context)[0], context.strained), row
        return (), -1

    def _ordered_wishes(self, rows: int) -> list[tuple[str, Sequence[tuple[str, str]]]]:
        wishes: list[tuple[str, Sequence[tuple[str, str]]]] = []
        for index in dict.fromkeys(self.table.rule_of_row(row) for row in members(rows)):
            for effect in self.table.rule(index)["effects"]:
                if effect["kind"] in ("prefer", "avoid"):
                    wishes.append((effect["kind"], [(kind, text) for kind, text in effect["targets"]]))
        return wishes

    def _cost(self, chain: tuple[str, ...], context: Context) -> float | None:
        if not chain:
            return None
        output = self.catalogue.expected_output_tokens(context.task, context.complexity)
        return self.catalogue.estimate_usd(chain[0], context.tokens, output)

    def _selecting(self, decision: Decision, facts: Facts) -> int:
        """The rows that routes and wishes of a decision were chosen from."""
        judged = with_judgement(facts, decision.judgement)
        seen = {**judged, "profile": decision.profile, "complexity": decision.complexity}
        return self._reselect(self.survivors(facts), seen)

    def cost_of(self, decision: Decision, facts: Facts) -> float | None:
        """The estimated cost that rules saw, also of a request that was refused."""
        if decision.outcome != "refused":
            return decision.estimated_cost_usd
        rows, judgement = self._selecting(decision, facts), decision.judgement
        tier, profile = decision.tier, decision.profile
        return self._chain(rows, decision.denials, judgement, decision.complexity, tier, profile, facts)[2]

    def at_cost(self, decision: Decision, facts: Facts, cost: float | None) -> Collected:
        """What the collecting rules add up to when the call costs `cost` US dollars; None is an unknown price."""
        judged = {**with_judgement(facts, decision.judgement), "profile": decision.profile}
        rows = self._reselect(self.survivors(facts), judged)
        if self._pass_priced is not None:
            rows = self._pass_priced(rows, {**judged, "cost": cost})
        return self._collected(rows & self._collect)

    def came_from_catalogue(self, decision: Decision) -> bool:
        """Whether the chain is one of the catalogue's and not models that a rule names itself."""
        names = [rule for effect, rule in decision.rules if effect == "route"]
        if not names:
            return False
        record = self.table.rule(self.table.names.index(names[0]))
        return any(
            kind == "chain" for e in record["effects"] if e["kind"] == "route" for kind, _ in e["targets"]
        )

    def dropped(self, decision: Decision, facts: Facts) -> tuple[Dropped, ...]:
        """Every model that stands in a chain of a route that matched, but may not be used, with the reason."""
        context = context_of(decision.judgement, decision.complexity, decision.tier, decision.profile, facts)
        restrictions = Restrictions(decision.denials)
        found: dict[str, Dropped] = {}
        for row in members(self._selecting(decision, facts) & self._route):
            models = self._models(row, restrictions, context)
            for drop in fitting(models, restrictions, self.catalogue, context)[1]:
                found.setdefault(drop.model, drop)
            if any(model in decision.chain for model in models):
                break
        return tuple(found.values())

    def weighed(self, decision: Decision, facts: Facts) -> tuple[Weighed, ...]:
        """How outcomes ordered the chains of the route that won; () when they ordered none."""
        if self._expectations is None or not decision.chain:
            return ()
        context = context_of(decision.judgement, decision.complexity, decision.tier, decision.profile, facts)
        restrictions = Restrictions(decision.denials)
        for row in members(self._selecting(decision, facts) & self._route):
            models = self._models(row, restrictions, context)
            if fitting(models, restrictions, self.catalogue, context)[0]:
                targets = self._targets(row, "route")
                return route_weighed(targets, restrictions, self.catalogue, context, self._expectations)
        return ()

    def _models(self, row: int, restrictions: Restrictions, context: Context) -> list[str]:
        """The models that a route's targets stand for, in order."""
        targets = self._targets(row, "route")
        return route_models(targets, restrictions, self.catalogue, context, self._expectations)


_NOTHING = Collected()
_GIVEN_NOTHING = Judgement(None, None, None, None, None, False, "none")


def _union(effects: dict[str, int], kinds: Sequence[str]) -> int:
    mask = 0
    for kind in kinds:
        mask |= effects.get(kind, 0)
    return mask
