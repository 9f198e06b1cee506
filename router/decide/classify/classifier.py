"""A prompt's task, complexity and tier from trained weights, with nothing but the standard library."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from operator import itemgetter, mul
from pathlib import Path
from typing import Any

from router.base.shipped import shipped
from router.decide.classify.scores import logistic, mixed, softmax, tier_for
from router.decide.classify.shape import shape
from router.decide.classify.text import clipped, without_host_blocks
from router.decide.classify.weights import Weights, lane_sums, read_weights
from router.decide.classify.words import codes, words
from router.model.terms import JUDGED_COMPLEXITIES as COMPLEXITIES
from router.model.terms import TASKS

SHIPPED = "rules/classifier/weights.bin"
EARLIER_TURNS = 2


@dataclass(frozen=True, slots=True)
class Classification:
    """What a prompt asks for. Probabilities are calibrated, sum to 1 and stand with the likeliest first."""

    task: str
    """The likeliest task, or "inherit" for a follow-up without a task of its own."""
    complexity: str
    confidence: float
    """The probability of `task`."""
    complexity_confidence: float
    abstained: bool
    """Whether the confidence is below the threshold."""
    tier: str
    """cheap, mid or premium: the one of least expected regret."""
    inherit: bool
    task_probabilities: tuple[tuple[str, float], ...]
    """Of the eight tasks, given that there is one; a follow-up's are those of the turns before it."""
    complexity_probabilities: tuple[tuple[str, float], ...]
    inherit_probability: float = 0.0


@dataclass(frozen=True, slots=True)
class _Turn:
    """One user turn judged alone."""

    tasks: list[float]
    complexities: list[float]
    inherit: float


@dataclass(frozen=True, slots=True)
class Classifier:
    """Trained weights, ready to judge prompts."""

    weights: Weights

    @property
    def card(self) -> Mapping[str, Any]:
        """The metrics card: data sizes, grouped validation, settings."""
        return self.weights.card

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the weights file's body, in hex."""
        return self.weights.fingerprint

    def classify(self, prompt: str, earlier: Sequence[str] = ()) -> Classification:
        """Judges the last user turn, in the light of up to two turns before it, oldest first.

        A turn that is a follow-up with probability q has, with that probability, the task of the turn before it: its
        distribution is (1 - q) of its own and q of the earlier one's, and so on back.
        """
        last = self._turn(prompt)
        tasks, complexities = last.tasks, last.complexities
        if earlier:
            before = self._before(earlier[-EARLIER_TURNS:])
            tasks = mixed(tasks, before.tasks, last.inherit)
            complexities = mixed(complexities, before.complexities, last.inherit)
        return self._classification(tasks, complexities, last.inherit)

    def scores(self, text: str) -> list[float]:
        """The calibrated scores (log-odds up to a constant per head) of a text, in the order of OUTPUTS."""
        weights, found = self.weights, words(text)
        told = codes(found)
        sums = lane_sums(weights.table, weights.rows_of(told))
        length = sqrt(len(told)) or 1.0
        numbers = shape(text, found)
        # Most numbers of a short text are 0; at least two never are, so `pick` gives a tuple.
        pick = itemgetter(*(at for at, number in enumerate(numbers) if number))
        picked = pick(numbers)
        return [
            bias + lane * scale / length + sum(map(mul, pick(row), picked))
            for bias, lane, scale, row in zip(weights.biases, sums, weights.scales, weights.shapes)
        ]

    def _turn(self, prompt: str) -> _Turn:
        text = clipped(without_host_blocks(prompt))
        scores = self.scores(text)
        own, rest = scores[: len(TASKS)], scores[len(TASKS) :]
        # Nothing but host blocks or blanks asks for nothing.
        inherit = logistic(rest[-1]) if text.strip() else 1.0
        return _Turn(softmax(own), softmax(rest[: len(COMPLEXITIES)]), inherit)

    def _before(self, earlier: Sequence[str]) -> _Turn:
        """The turns before the last one as if they were one, each mixed with those before it."""
        turns = [self._turn(prompt) for prompt in earlier]
        whole = turns[0]
        for turn in turns[1:]:
            whole = _Turn(
                mixed(turn.tasks, whole.tasks, turn.inherit),
                mixed(turn.complexities, whole.complexities, turn.inherit),
                turn.inherit,
            )
        return whole

    def _classification(
        self, tasks: list[float], complexities: list[float], inherit: float
    ) -> Classification:
        by_task, by_complexity = _ranked(TASKS, tasks), _ranked(COMPLEXITIES, complexities)
        follows = inherit >= self.weights.inherit_from
        task, confidence = ("inherit", inherit) if follows else by_task[0]
        complexity, sure = by_complexity[0]
        return Classification(
            task,
            complexity,
            confidence,
            sure,
            not follows and confidence < self.weights.abstain_below,
            tier_for(dict(by_complexity)),
            follows,
            by_task,
            by_complexity,
            inherit,
        )


def load_classifier(path: Path | None = None, *, checked: bool = True) -> Classifier:
    """The classifier of a weights file, by default the shipped one. Raises DamagedFileError or OSError.

    Not `checked`, it is read as far as a prompt needs it, see `read_weights`.
    """
    return Classifier(read_weights(path or shipped(SHIPPED), checked=checked))


def _ranked(names: Sequence[str], probabilities: Sequence[float]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(zip(names, probabilities), key=lambda pair: -pair[1]))
