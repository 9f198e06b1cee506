"""From the rows in force to the chain, the rules that made it, and what its first model costs."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple

from router.decide.chain import Context, context_of, fitting, reordered, route_models, route_weighed
from router.decide.collect import MEMO_LIMIT, Collected
from router.decide.order import Weighed
from router.decide.restrictions import Restrictions
from router.decide.strain import STRAINED, eased
from router.model.decision import Denial, Dropped, Facts, Judgement
from router.table.rowsets import lowest, members
from router.table.table import Table

Wishes = list[tuple[str, Sequence[tuple[str, str]]]]


class Made(NamedTuple):
    """A chain, the rules that made it as (effect, rule), and what its first model costs by the tokens sent."""

    chain: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]
    price: Callable[[int], float | None]


def _no_price(tokens: int) -> None:
    return None


class Chains:
    """Makes chains by one table; what it remembers are results of pure functions."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._catalogue = table.catalogue
        self._expectations = table.expectations
        effects = table.effects
        self._route = effects.get("route", 0)
        self._wishes = effects.get("prefer", 0) | effects.get("avoid", 0)
        self._sizes: list[int] | None = None
        self._asked = False
        self._made: dict[tuple[object, ...], Made] = {}

    def chain(
        self, rows: int, collected: Collected, judgement: Judgement,
        complexity: str | None, tier: str, profile: str, facts: Facts,
    ) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...], float | None]:  # fmt: skip
        """The chain of the rows, the rules that made it, and the cost of its first model in US dollars."""
        routes, wishes, get = rows & self._route, rows & self._wishes, facts.get
        tokens = get("prompt.tokens") or 0
        first = lowest(routes) if routes else -1
        # Of a prompt's length only matters which contexts it is too long for.
        too_short = self._too_short(tokens) if self._sizes is None else bisect_left(self._sizes, tokens)
        key = (
            first, wishes, collected.number, judgement.task, complexity, tier, profile,
            too_short, get("configured"), get("needs"), get(STRAINED), judgement.foretold,
        )  # fmt: skip
        made = self._made.get(key)
        if made is None:
            context = context_of(judgement, complexity, tier, profile, facts)
            made, row = self._make(routes, wishes, collected.denials, context)
            # A chain that fell through to a later row depends on more rows than the key holds.
            if row == first and len(self._made) < MEMO_LIMIT:
                self._made[key] = made
        chain, rules, price = made
        return chain, rules, price(int(tokens))

    def cost(self, rows: int, denials: tuple[Denial, ...], context: Context) -> float | None:
        """What the first model of the chain of these rows costs."""
        made, _ = self._make(rows & self._route, rows & self._wishes, denials, context)
        return made.price(context.tokens)

    def _too_short(self, tokens: float) -> float:
        """How many sizes of context the prompt is too long for; for the first prompt its length says as much."""
        if self._sizes is None:
            if not self._asked:
                # A process that decides once does not read the whole catalogue for it.
                self._asked = True
                return -1.0 - tokens
            self._sizes = sorted({model.context_tokens for model in self._catalogue.models.values()})
        return bisect_left(self._sizes, tokens)

    def _make(
        self, routes: int, wishing: int, denials: tuple[Denial, ...], context: Context
    ) -> tuple[Made, int]:
        """The first route of which a model may be used, after all wishes; and its row, or -1."""
        restrictions, catalogue, names = Restrictions(denials), self._catalogue, self._table.names
        wishes = self.ordered_wishes(wishing) if wishing else []
        wished = self._named(wishing) if wishing else ()
        for row in members(routes):
            models = self.models(row, restrictions, context)
            if fitting(models, restrictions, catalogue, context)[0]:
                after = reordered(models, wishes, catalogue, context) if wishes else models
                chain = eased(fitting(after, restrictions, catalogue, context)[0], context.strained)
                named = ("route", names[self._table.rule_of_row(row)])
                answer = catalogue.expected_output_tokens(context.task, context.complexity)
                return Made(chain, (named, *wished), catalogue.price(chain[0], answer)), row
        return Made((), wished, _no_price), -1

    def _named(self, rows: int) -> tuple[tuple[str, str], ...]:
        table = self._table
        indexes = dict.fromkeys(table.rule_of_row(row) for row in members(rows))
        return tuple(
            (effect["kind"], table.names[index])
            for index in indexes
            for effect in table.rule(index)["effects"]
            if effect["kind"] in ("prefer", "avoid")
        )

    def ordered_wishes(self, rows: int) -> Wishes:
        """What rows prefer and avoid, strongest first."""
        wishes: Wishes = []
        for index in dict.fromkeys(self._table.rule_of_row(row) for row in members(rows)):
            for effect in self._table.rule(index)["effects"]:
                if effect["kind"] in ("prefer", "avoid"):
                    wishes.append((effect["kind"], [(kind, text) for kind, text in effect["targets"]]))
        return wishes

    def targets(self, row: int) -> list[list[str]]:
        """The targets of a row's route, (kind, text) each."""
        record = self._table.rule(self._table.rule_of_row(row))
        return [
            target
            for effect in record["effects"]
            if effect["kind"] == "route"
            for target in effect["targets"]
        ]

    def models(self, row: int, restrictions: Restrictions, context: Context) -> list[str]:
        """The models that a route's targets stand for, in order."""
        return route_models(self.targets(row), restrictions, self._catalogue, context, self._expectations)

    def dropped(
        self, rows: int, chain: tuple[str, ...], denials: tuple[Denial, ...], context: Context
    ) -> tuple[Dropped, ...]:
        """The models of the routes down to the one that gave the chain that may not be used, with the reason."""
        restrictions = Restrictions(denials)
        found: dict[str, Dropped] = {}
        for row in members(rows & self._route):
            models = self.models(row, restrictions, context)
            for drop in fitting(models, restrictions, self._catalogue, context)[1]:
                found.setdefault(drop.model, drop)
            if any(model in chain for model in models):
                break
        return tuple(found.values())

    def weighed(self, rows: int, denials: tuple[Denial, ...], context: Context) -> tuple[Weighed, ...]:
        """How outcomes ordered the chains of the first route of which a model may be used."""
        if self._expectations is None:
            return ()
        restrictions = Restrictions(denials)
        for row in members(rows & self._route):
            models = self.models(row, restrictions, context)
            if fitting(models, restrictions, self._catalogue, context)[0]:
                return route_weighed(
                    self.targets(row), restrictions, self._catalogue, context, self._expectations
                )
        return ()
