"""What goes wrong in the world around us: exceptions with fields a caller can act on."""

from collections.abc import Mapping

from router.base.problems import Problem


class RouterError(Exception):
    """The root of every failure this package raises on purpose."""

    exit_code = 1


class UsageError(RouterError):
    """The command line or a parameter cannot be understood."""

    exit_code = 2


class PolicyError(RouterError):
    """The policy has errors, so nothing can be decided by it; `problems` says where, `texts` holds the files."""

    def __init__(self, problems: tuple[Problem, ...], texts: Mapping[str, str]) -> None:
        super().__init__(f"the policy has {len(problems)} problem(s)")
        self.problems = problems
        self.texts = texts


class DamagedFileError(RouterError):
    """A file of ours (table, weights, snapshot) is not what we wrote; it is rebuilt or refused, never trusted."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class NoAnswerError(RouterError):
    """Every model that may answer was tried or skipped; `tried` says what became of each, as `Tried` values.

    `partial` is the text that was streamed before the call broke off.
    """

    def __init__(self, message: str, tried: tuple[object, ...], partial: str = "") -> None:
        super().__init__(message)
        self.tried = tried
        self.partial = partial


class BudgetExceededError(RouterError):
    """A cap stands in the way of every model that may answer; the message names cap, spend and setting."""


class StoreError(RouterError):
    """The store cannot be used; `reason` is locked, damaged, full, read-only, unreachable, refused, newer, misfit or unusable.

    `misfit` is about one record that the store does not take, the others about the whole store.
    """

    def __init__(self, message: str, reason: str = "unusable") -> None:
        super().__init__(message)
        self.reason = reason
