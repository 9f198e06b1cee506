"""Rules of one layer that can match together and disagree, so that their order alone decides."""

from collections.abc import Iterator

from router.analyse.chains import Chains
from router.analyse.examples import Examples, won_by
from router.analyse.regions import covers, overlap
from router.analyse.ruled import Policy, Ruled
from router.base.pages import Page
from router.base.problems import Note, Problem
from router.model.terms import FIRST_MATCH
from router.policy.nodes import Effect
from router.policy.parse.printer import print_effect

MOST_OVERLAPS = 20
MOST_TRIED = 200
"""Pairs for which a request is looked for."""
MOST_BEFORE = 50
"""Stronger rules that a rule is compared with."""


def check_overlaps(policy: Policy, chains: Chains, examples: Examples, pedantic: bool) -> Iterator[Problem]:
    """The first such pairs (R406), only when `pedantic`; a narrower rule before a broader one is no contradiction."""
    left, tries = MOST_OVERLAPS if pedantic else 0, MOST_TRIED
    for kind in sorted(FIRST_MATCH):
        having = [item for item in policy.rules if item.effect(kind) and not item.quiet]
        for at, later in enumerate(having):
            for earlier in having[max(0, at - MOST_BEFORE) : at]:
                if left <= 0 or tries <= 0:
                    return
                if _contradict(policy, earlier, later, kind):
                    tries -= 1
                    found = list(_report(earlier, later, kind, examples))
                    left -= len(found)
                    yield from found


def _contradict(policy: Policy, earlier: Ruled, later: Ruled, kind: str) -> bool:
    if earlier.layer != later.layer or earlier.locked != later.locked:
        return False
    if any(word.text == later.name for word in earlier.placed.rule.over):
        return False
    if _said(earlier.effect(kind)) == _said(later.effect(kind)):
        return False
    if not policy.budget.spend(len(earlier.regions) * len(later.regions)):
        return False
    if not any(overlap(a, b) for a in earlier.live for b in later.live):
        return False
    return not (_within(policy, earlier, later) or _within(policy, later, earlier))


def _within(policy: Policy, inner: Ruled, outer: Ruled) -> bool:
    return all(any(covers(o, i, policy.full) for o in outer.live) for i in inner.live)


def _said(effect: Effect | None) -> str:
    return print_effect(effect) if effect else ""


def _report(earlier: Ruled, later: Ruled, kind: str, examples: Examples) -> Iterator[Problem]:
    """The note with a request that shows it; none without one, for then nobody could tell whether it happens."""
    shown = examples.note(("and", earlier.condition, later.condition), won_by(kind, (earlier,)))
    if shown:
        first = Note(
            f"`{earlier.name}` stands first: {_said(earlier.effect(kind))}", earlier.placed.rule.name.span
        )
        message = (
            f"`{earlier.name}` and `{later.name}` can both match and disagree on {kind}; their order decides"
        )
        help_text = "say `over` in the one that should win"
        yield Problem("R406", "note", message, later.placed.rule.name.span, help_text, (first, *shown))


PAGES: tuple[Page, ...] = (
    Page("R406", "two rules that can both match and disagree",
         "Which of them wins is decided by their order alone. `over` says it in words. `check --pedantic` reports it.",
         "two routes, one for a task and one for a branch", "`over` in the one that should win", kind="file"),
)  # fmt: skip
