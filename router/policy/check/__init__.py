"""What can be said against a policy before it is compiled: names, types, order, tests."""

from collections.abc import Callable, Iterable

from router.base.problems import Problem
from router.policy.check.facts import check_facts
from router.policy.check.names import Names
from router.policy.check.structure import check_effects, check_lets, check_order, check_tests
from router.policy.check.targets import check_targets
from router.policy.nodes import Layer

Check = Callable[[tuple[Layer, ...], Names], Iterable[Problem]]

CHECKS: tuple[Check, ...] = (check_lets, check_facts, check_targets, check_order, check_effects, check_tests)

__all__ = ["CHECKS", "Check", "Names"]
