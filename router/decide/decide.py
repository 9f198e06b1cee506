"""Facts and a table become a decision: pure, total, and about as fast with ten thousand rules as with ten."""

from collections.abc import Mapping

from router.decide.chain import Context, context_of
from router.decide.chains import Chains
from router.decide.collect import NOTHING, Collected, Collecting
from router.decide.judged import Classify, lowered, told, unjudged, with_foretold, with_judgement
from router.decide.match import make_pass
from router.decide.needed import Needed
from router.decide.order import Weighed
from router.decide.scan import Scan, make_scan
from router.model.decision import DEFAULT_MODE, DEFAULT_PROFILE, Decision, Dropped, Facts, Judgement
from router.table.rowsets import lowest, members
from router.table.table import Table

__all__ = ["Classify", "Decider"]

_new = tuple.__new__
"""Builds a named tuple without its own constructor, which costs as much as a column."""


class Decider:
    """Decides by one table. It holds nothing of a request; what it remembers are results of pure functions."""

    def __init__(self, table: Table, recorded: Mapping[str, Scan] | None = None) -> None:
        """`recorded` are scans by fact that stand in for the table's own, when a decision is made again from a record."""
        self.table = table
        self.catalogue = table.catalogue
        scans = {fact: make_scan(fact, record) for fact, record in table.literals.items()} | dict(
            recorded or {}
        )
        given, classified = table.stages["given"], table.stages["classified"]
        self._pass_given = make_pass((given,), scans)
        self._pass_classified = make_pass((classified,), scans)
        self._pass_told = make_pass((given, classified), scans)
        self._pass_profiled = make_pass((table.stages["profiled"],), scans)
        self._pass_priced = make_pass((table.stages["priced"],), scans)
        self._mode, self._profile = table.effects.get("mode", 0), table.effects.get("profile", 0)
        self._chains = Chains(table)
        self._collecting = Collecting(table)
        self._early, self._chain = self._collecting.early, self._chains.chain
        self._needed = Needed(table, self._chains, self._collecting)
        self._dimensioned = table.expectations.dimensioned if table.expectations else frozenset()
        asked = {column.fact for column in classified.cells} | {column.fact for column in classified.known}
        self._asks_confidence = "confidence" in asked
        # A request that says task and complexity takes one pass when nothing else hangs on what lies between two.
        self._at_once = not (self._asks_confidence or self._dimensioned or "downgrade" in table.effects)
        self._winners: dict[tuple[int, str], tuple[str, tuple[tuple[str, str], ...]]] = {}

    def decide(self, facts: Facts, classify: Classify = unjudged) -> Decision:
        """The decision for a request.

        `classify` is called at most once, and not at all when task and complexity are given or nothing that
        could win or restrict depends on them.
        """
        task, complexity = facts.get("task"), facts.get("complexity")
        if task is not None and complexity is not None and self._at_once:
            judgement = self._needed.given(task, complexity, facts.get("confidence"))
            rows = self.table.full
            if self._pass_told is not None:
                rows = self._pass_told(rows, facts)
            return self._finish(rows, rows, facts, facts, judgement)
        survivors = self.survivors(facts)
        judgement = self._needed.judge(survivors, facts, classify)
        if self._dimensioned and not self._needed.route_is_settled(survivors, facts):
            judgement = with_foretold(judgement, classify, self._dimensioned)
        plain = told(facts, judgement) and not self._asks_confidence
        judged = facts if plain else with_judgement(facts, judgement)
        rows = survivors if self._pass_classified is None else self._pass_classified(survivors, judged)
        return self._finish(survivors, rows, facts, judged, judgement)

    def survivors(self, facts: Facts) -> int:
        """The rows that pass all facts known from the start."""
        full = self.table.full
        return full if self._pass_given is None else self._pass_given(full, facts)

    def matching(self, facts: Facts) -> int:
        """The rows that pass when task, complexity and, where rows ask it, profile are among the facts."""
        rows = self.table.full
        if self._pass_told is not None:
            rows = self._pass_told(rows, facts)
        return rows if self._pass_profiled is None else self._pass_profiled(rows, facts)

    def matched(self, known: Facts) -> list[int]:
        """The rules with a row that passes every column, in order; `known` are the facts as the last stage saw them."""
        rows = self.matching(known)
        if self._pass_priced is not None:
            rows = self._pass_priced(rows, known)
        return list(dict.fromkeys(self.table.rule_of_row(row) for row in members(rows)))

    def _finish(
        self, survivors: int, rows: int, facts: Facts, judged: Facts, judgement: Judgement
    ) -> Decision:
        """The decision from the survivors that pass once the request is judged; `judged` are the facts with that."""
        own = rows & self._profile
        profile, fired = self._winner(own, "profile") if own else (DEFAULT_PROFILE, ())
        if self._pass_profiled is not None:
            judged = {**judged, "profile": profile}
            rows = self._pass_profiled(rows, judged)
        mode = DEFAULT_MODE
        own = rows & self._mode
        if own:
            mode, mode_rule = self._winner(own, "mode")
            fired = mode_rule + fired
        own = rows & self._early
        collected = early = self._collecting.collected(own) if own else NOTHING
        asked, complexity, tier = judgement.complexity, judgement.complexity, judgement.tier or "premium"
        selecting = rows
        if early.ceiling is not None:
            complexity, tier = lowered(complexity, tier, early.ceiling)
            if complexity != asked:
                selecting = self._reselect(survivors, {**judged, "complexity": complexity})
        chain, named, cost = self._chain(selecting, early, judgement, complexity, tier, profile, facts)
        if self._pass_priced is not None:
            collected = self._priced(rows, judged, cost)
        if judgement.rule:
            named += (("classify", judgement.rule),)
        refused = bool(collected.refusals)
        return _new(
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

    def _priced(self, rows: int, judged: Facts, cost: float | None) -> Collected:
        """What rows add up to when the call costs `cost` US dollars."""
        if self._pass_priced is not None:
            rows = self._pass_priced(rows, {**judged, "cost": cost})
        return self._collecting.collected(rows & self._collecting.rows)

    def _winner(self, rows: int, kind: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The word of the first rule among rows that are not empty, and the rule."""
        row = lowest(rows)
        found = self._winners.get((row, kind))
        if found is None:
            index = self.table.rule_of_row(row)
            word = next(e["words"][0] for e in self.table.rule(index)["effects"] if e["kind"] == kind)
            found = self._winners[row, kind] = (word, ((kind, self.table.names[index]),))
        return found

    # -- what is asked of a decision that was made ---------------------------------------------------------

    def _selecting(self, decision: Decision, facts: Facts) -> int:
        """The rows that routes and wishes of a decision were chosen from."""
        judged = with_judgement(facts, decision.judgement)
        return self.matching({**judged, "profile": decision.profile, "complexity": decision.complexity})

    def cost_of(self, decision: Decision, facts: Facts) -> float | None:
        """The estimated cost that rules saw, also of a request that was refused."""
        if decision.outcome != "refused":
            return decision.estimated_cost_usd
        rows = self._selecting(decision, facts)
        return self._chains.cost(rows, decision.denials, _context(decision, facts))

    def at_cost(self, decision: Decision, facts: Facts, cost: float | None) -> Collected:
        """What the collecting rules add up to when the call costs `cost` US dollars; None is an unknown price."""
        judged = {**with_judgement(facts, decision.judgement), "profile": decision.profile}
        return self._priced(self.matching(judged), judged, cost)

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
        rows = self._selecting(decision, facts)
        return self._chains.dropped(rows, decision.chain, decision.denials, _context(decision, facts))

    def weighed(self, decision: Decision, facts: Facts) -> tuple[Weighed, ...]:
        """How outcomes ordered the chains of the route that won; () when they ordered none."""
        if not decision.chain:
            return ()
        rows = self._selecting(decision, facts)
        return self._chains.weighed(rows, decision.denials, _context(decision, facts))


def _context(decision: Decision, facts: Facts) -> Context:
    return context_of(decision.judgement, decision.complexity, decision.tier, decision.profile, facts)
