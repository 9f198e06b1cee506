"""Task and complexity of a request, by the session's last route or by the classifier."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from router.base.failures import DamagedFileError
from router.decide.decide import Classify
from router.model.decision import Facts, Judgement
from router.model.outcomes import Foretold
from router.model.request import Request
from router.model.terms import TIER_OF

if TYPE_CHECKING:
    from router.decide.classify import Classification, Classifier
    from router.learn.outcomes.heads import Heads

USER_WEIGHTS = "classifier/weights.bin"


Version = tuple[int, int] | None


def classifier_in_force(user: Path | None, checked: bool = True) -> "Classifier":
    """The user's retrained classifier when there is a whole one, else the shipped; read again when the file has changed.

    Weights that are damaged are not used: the shipped ones answer. Not `checked`, only a wrong size is damage.
    """
    return _classifier(user, checked, classifier_version(user))


def classifier_version(user: Path | None) -> Version:
    """What changes when the user trains again: time and size of the weights; None for the shipped ones."""
    if user is None:
        return None
    try:
        status = (user / USER_WEIGHTS).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=4)
def _classifier(user: Path | None, checked: bool, version: Version) -> "Classifier":
    # Imported when a decision first hinges on it: a pinned route needs no classifier.
    from router.decide.classify import load_classifier

    if user is not None and version is not None:
        try:
            return load_classifier(user / USER_WEIGHTS, checked=checked)
        except (DamagedFileError, OSError):
            pass
    return load_classifier(checked=checked)


def judge_by(request: Request, user: Path | None = None, *, checked: bool = True) -> Classify:
    """How to judge this request when a decision hinges on it; `user` is the user's folder, with its own weights.

    Not `checked`, the weights are not read whole, for processes that judge one prompt.
    """
    return Judge(request, user, checked)


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges one request's task and complexity, and foretells what outcomes of several kinds of work depend on."""

    request: Request
    user: Path | None
    checked: bool = True

    def __call__(self, facts: Facts) -> Judgement:
        """Task and complexity."""
        found = classifier_in_force(self.user, self.checked).classify(self.request.prompt, self.request.earlier)
        return judgement_of(found, self.request.last_route)

    def foretell(self, task: str) -> Foretold | None:
        """The prompt's dimension inside a task and the models' gains; None without trained heads."""
        heads = None if self.user is None else heads_in_force(self.user)
        return None if heads is None else heads.foretell(self.request.prompt, task)


def heads_in_force(user: Path) -> "Heads | None":
    """The user's trained heads when there are whole ones; read again when the file has changed. Damaged ones are not used."""
    from router.learn.outcomes.heads import FILE

    path = user / FILE
    try:
        status = path.stat()
    except OSError:
        return None
    return _heads(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=2)
def _heads(path: Path, mtime_ns: int, size: int) -> "Heads | None":
    from router.learn.outcomes.heads import read_heads

    try:
        return read_heads(path)
    except (DamagedFileError, OSError):
        return None


def judgement_of(found: "Classification", last_route: tuple[str, str] | None) -> Judgement:
    """A classification as a judgement: a follow-up takes the session's last route, doubt about the task is said."""
    if found.inherit and last_route is not None:
        task, complexity = last_route
        return Judgement(
            task, complexity, TIER_OF[complexity], found.confidence, found.confidence, False, "session"
        )
    known = None if found.abstained else found.task
    return Judgement(
        known,
        found.complexity,
        found.tier,
        found.confidence,
        found.complexity_confidence,
        found.abstained,
        "classifier",
        guess=found.task,
        tasks=found.task_probabilities,
        complexities=found.complexity_probabilities,
    )
