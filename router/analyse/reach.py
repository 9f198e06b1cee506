"""What a policy's rules come to together: rules that never win, caps that never bind, chains that are all denied."""

from collections.abc import Sequence

from router.analyse.chains import Chains
from router.analyse.examples import Examples
from router.analyse.hidden import check_hidden, check_never_true, check_redundant
from router.analyse.idle import check_caps, check_denials
from router.analyse.overlaps import check_overlaps
from router.analyse.pages import PAGES
from router.analyse.ruled import policy_of
from router.analyse.targets import check_chains, check_wishes
from router.base.problems import Problem
from router.model.catalogue import Catalogue
from router.policy.nodes import Layer
from router.table.table import Table


def check_policy(
    layers: Sequence[Layer], catalogue: Catalogue, *, pedantic: bool = False, table: Table | None = None
) -> tuple[Problem, ...]:
    """Faults of the rules taken together; `layers` must have passed the checks and compile.

    `table` is what they compile to, when the caller has it. What can only be reached in part is not reported,
    but for the notes that `pedantic` asks for.
    """
    policy = policy_of(layers, catalogue)
    chains, examples = Chains(policy), Examples(policy, table)
    found = [problem for check in CHECKS for problem in check(policy, chains, examples, pedantic)]
    return _without_echoes(found)


CHECKS = (
    check_never_true,
    check_hidden,
    check_redundant,
    check_caps,
    check_denials,
    check_chains,
    check_wishes,
    check_overlaps,
)


def _without_echoes(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Of two equal rules one is hidden and the other redundant; saying both would have both deleted."""
    hidden = {p.span for p in problems if p.code in ("R401", "R403")}
    said = [p for p in problems if p.code not in ("R406", "R409") or p.span not in hidden]
    return tuple(p for p in said if p.code != "R409" or not any(note.span in hidden for note in p.notes))


__all__ = ["CHECKS", "PAGES", "check_policy"]
