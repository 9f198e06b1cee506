"""What can be said against a policy before it is compiled: names, types, order, tests."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps

from router.base.problems import Problem
from router.policy.check.facts import check_facts
from router.policy.check.names import Names
from router.policy.check.patterns import check_patterns
from router.policy.check.structure import check_effects, check_lets, check_order, check_tests
from router.policy.check.targets import check_targets
from router.policy.nodes import Layer

Check = Callable[[tuple[Layer, ...], Names], Iterable[Problem]]

MOST = 1000
"""How many errors one check says: nobody reads on, nothing is compiled, and each costs a search for what was meant."""


def _bounded(check: Check) -> Check:
    @wraps(check)
    def bounded(layers: tuple[Layer, ...], names: Names) -> Iterator[Problem]:
        errors = 0
        for problem in check(layers, names):
            yield problem
            errors += problem.severity == "error"
            if errors >= MOST:
                return

    return bounded


CHECKS: tuple[Check, ...] = tuple(
    map(
        _bounded,
        (check_lets, check_facts, check_patterns, check_targets, check_order, check_effects, check_tests),
    )
)

__all__ = ["CHECKS", "MOST", "Check", "Names"]
