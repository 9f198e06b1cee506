"""How good held-out scores are, and the thresholds that follow from them."""

from collections.abc import Mapping
from dataclasses import dataclass

from router.decide.classify.calibrate import probabilities
from router.decide.classify.design import Design
from router.decide.classify.fit import Array
from router.decide.classify.scores import regret
from router.model.terms import JUDGED_COMPLEXITIES as COMPLEXITIES
from router.model.terms import TIERS

ABSTAINED_SHARE = 0.006
"""The share of held-out prompts on which the classifier abstains."""
FALSE_FOLLOW_SHARE = 0.009
"""The largest share of real prompts with a task of their own that may be taken for follow-ups."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Shares of 1, and the mean regret in the unit of COSTS; None where no row tells."""

    rows: int
    task: float | None
    complexity: float | None
    regret: float | None
    follow_ups: float | None
    """The share of follow-ups recognised."""
    false_follow_ups: float | None
    """The share of the others taken for follow-ups."""
    loss: float
    """Mean log loss of task and complexity, which counts confidence too."""
    task_ece: float | None = None
    """Expected calibration error: the mean gap between confidence and accuracy."""
    complexity_ece: float | None = None

    def card(self) -> Mapping[str, float | None]:
        """The figures for the metrics card."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {name: value if value is None else round(value, 4) for name, value in values.items()}

    def line(self) -> str:
        """The figures in one line."""
        return ", ".join(f"{name} {value}" for name, value in self.card().items())

    def better_than(self, other: "Measured") -> bool:
        """Whether the log loss falls and neither task nor regret gets worse."""
        task = (self.task or 0.0) >= (other.task or 0.0)
        return self.loss < other.loss and task and (self.regret or 0.0) <= (other.regret or 0.0)


def measured(given: Design, scores: Array, judged: Array, inherit_from: float) -> Measured:
    """The figures of calibrated scores on the rows `judged`."""
    import numpy as np

    tasks, complexities, inherit = probabilities(scores)
    task, complexity, follow = given.heads
    own, sized = judged & task.known, judged & complexity.known & task.known
    followed = judged & (follow.labels[:, 1] > 0)
    table = np.array([[regret(name, tier) for tier in TIERS] for name in COMPLEXITIES])
    chosen = (complexities @ table).argmin(axis=1)
    losses = [
        -np.log((head.labels * found).sum(axis=1)[keep] + 1e-9)
        for head, found, keep in ((task, tasks, own), (complexity, complexities, sized))
    ]
    every = np.concatenate(losses)
    return Measured(
        int(judged.sum()),
        _mean(tasks.argmax(axis=1) == task.labels.argmax(axis=1), own),
        _mean(complexities.argmax(axis=1) == complexity.labels.argmax(axis=1), sized),
        _mean(table[complexity.labels.argmax(axis=1), chosen], sized),
        _mean(inherit >= inherit_from, followed),
        _mean(inherit >= inherit_from, own),
        float(every.mean()) if len(every) else 0.0,
        calibration_error(tasks, task.labels, own),
        calibration_error(complexities, complexity.labels, sized),
    )


def _mean(values: Array, keep: Array) -> float | None:
    return float(values[keep].mean()) if keep.any() else None


def calibration_error(found: Array, labels: Array, keep: Array) -> float | None:
    """Over ten equal bins of confidence, the mean gap between confidence and accuracy; None without rows."""
    import numpy as np

    if not keep.any():
        return None
    sure, right = found[keep].max(axis=1), found[keep].argmax(axis=1) == labels[keep].argmax(axis=1)
    bins = np.minimum((sure * 10).astype(int), 9)
    return float(sum(abs((right[bins == at] - sure[bins == at]).sum()) for at in range(10)) / len(sure))


def thresholds(given: Design, scores: Array, judged: Array) -> tuple[float, float]:
    """From which probability on a prompt is a follow-up, and below which confidence the task is not said."""
    import numpy as np

    tasks, _, inherit = probabilities(scores)
    task, _, follow = given.heads
    own, followed = judged & task.known, judged & (follow.labels[:, 1] > 0)
    if not own.any():
        return 0.5, 0.0
    # Made-up short requests stand as close to follow-ups as can be: real ones say how often it happens.
    real = own & ~given.made_up
    asked = inherit[real if real.any() else own]
    least = 0.5
    if followed.any():
        steps = np.linspace(0.2, 0.9, 71)
        least = next((float(at) for at in steps if (asked >= at).mean() <= FALSE_FOLLOW_SHARE), 0.9)
    return least, float(np.quantile(tasks[own].max(axis=1), ABSTAINED_SHARE))
