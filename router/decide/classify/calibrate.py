"""Held-out scores to calibrated ones: one linear map per head, which sees the other heads' scores too."""

from dataclasses import dataclass

from router.decide.classify.design import Design
from router.decide.classify.fit import Array, fit_softmax, softmax_rows
from router.decide.classify.linear import Linear
from router.model.terms import JUDGED_COMPLEXITIES as COMPLEXITIES
from router.model.terms import TASKS

PULL = 10.0
STEPS = 200
SPANS = (
    slice(0, len(TASKS)),
    slice(len(TASKS), len(TASKS) + len(COMPLEXITIES)),
    slice(len(TASKS) + len(COMPLEXITIES), None),
)
"""Where task, complexity and inherit stand among the outputs."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """calibrated = scores @ matrix + offset; it generalises one temperature for each head."""

    matrix: Array
    offset: Array

    def of(self, scores: Array) -> Array:
        """The calibrated scores, (n, outputs)."""
        return scores @ self.matrix + self.offset

    def into(self, model: Linear) -> Linear:
        """The model whose own scores are the calibrated ones: a linear map of a linear model is one."""
        return Linear(
            model.table @ self.matrix,
            model.shapes @ self.matrix,
            model.biases @ self.matrix + self.offset,
        )


def no_calibration(outputs: int) -> Calibration:
    """Scores as they are."""
    import numpy as np

    return Calibration(np.eye(outputs), np.zeros(outputs))


def fit_calibration(scores: Array, given: Design, keep: Array) -> Calibration:
    """The map that fits the held-out `scores` of the rows `keep` best.

    Task and follow-up are scaled (a temperature; Platt's slope and offset). Complexity also sees the task scores,
    which held-out rows show to help; there the same freedom for the task only fits its own rows better.
    """
    import numpy as np

    outputs = scores.shape[1]
    matrix, offset = np.eye(outputs), np.zeros(outputs)
    task, complexity, follow = given.heads
    known = [keep & head.known for head in given.heads]
    if known[0].any():
        matrix[SPANS[0], SPANS[0]] *= _temperature(scores[known[0], SPANS[0]], task.labels[known[0]])
    if known[1].any():
        span, rows, pull = SPANS[1], known[1], np.full(outputs, PULL)
        matrix[:, span], offset[span] = fit_softmax(
            _centred(scores[rows]),
            complexity.labels[rows],
            complexity.weights[rows],
            pull,
            matrix[:, span],
            offset[span],
            STEPS,
        )
        matrix[:, span] = _centring(outputs) @ matrix[:, span]
    if follow.labels[keep, 1].any():
        matrix[:, SPANS[2]], offset[SPANS[2]] = _yes_or_no(scores[keep], follow.labels[keep])
    return Calibration(matrix, offset)


def _centring(outputs: int) -> Array:
    """The map that takes each head's mean from its scores: softmax ignores it, another head must not see it."""
    import numpy as np

    matrix = np.eye(outputs)
    for span in SPANS[:2]:
        matrix[span, span] -= 1.0 / (span.stop - span.start)
    return matrix


def _centred(scores: Array) -> Array:
    return scores @ _centring(scores.shape[1])


def _temperature(scores: Array, labels: Array) -> float:
    """The factor on the scores that gives the least cross-entropy, between a fifth and five."""
    from scipy.optimize import minimize_scalar

    def loss(power: float) -> float:
        import numpy as np

        return float(-np.log((softmax_rows(scores * 2.0**power) * labels).sum(axis=1) + 1e-12).mean())

    return float(2.0 ** minimize_scalar(loss, bounds=(-2.3, 2.3), method="bounded").x)


def _yes_or_no(scores: Array, labels: Array) -> tuple[Array, Array]:
    """Platt's scaling of the last output alone: slope and offset of its log-odds."""
    import numpy as np

    prior, ones = np.array([[-0.5, 0.5]]), np.ones(len(labels))
    slope, offset = fit_softmax(scores[:, -1:], labels, ones, np.full(1, PULL), prior, np.zeros(2), STEPS)
    column = np.zeros((scores.shape[1], 1))
    column[-1, 0] = slope[0, 1] - slope[0, 0]
    return column, offset[1:] - offset[:1]


def probabilities(scores: Array) -> tuple[Array, Array, Array]:
    """Task (n, 8), complexity (n, 3) and inherit (n,) probabilities of calibrated scores."""
    import numpy as np

    tasks, complexities, inherit = (scores[:, span] for span in SPANS)
    return softmax_rows(tasks), softmax_rows(complexities), 1.0 / (1.0 + np.exp(-inherit[:, 0].clip(-30, 30)))
