"""The trained model before it is quantised: one weight a word row and shape number for each output."""

from dataclasses import dataclass

from router.decide.classify.design import MIN_ROWS, Design, Head, lanes_of
from router.decide.classify.fit import Array, fit_softmax
from router.decide.classify.weights import OUTPUTS, Weights

STEPS = 50


@dataclass(frozen=True, slots=True)
class Linear:
    """Scores are words/|words| @ table + numbers @ shapes + biases."""

    table: Array
    """(2**bits, outputs)."""
    shapes: Array
    """(len(NAMES), outputs)."""
    biases: Array
    """(outputs,)."""

    def scores(self, rows: Array, shapes: Array) -> Array:
        """The scores (n, outputs) of a design's rows."""
        return rows @ self.table + shapes @ self.shapes + self.biases


def blank(bits: int, numbers: int) -> Linear:
    """The model that knows nothing: where training from scratch starts."""
    import numpy as np

    outputs = len(OUTPUTS)
    return Linear(np.zeros((1 << bits, outputs)), np.zeros((numbers, outputs)), np.zeros(outputs))


def dequantised(weights: Weights) -> Linear:
    """The model in a weights file."""
    import numpy as np

    table = lanes_of(weights) * np.array(weights.scales)
    return Linear(table, np.array(weights.shapes).T, np.array(weights.biases))


def fit_linear(given: Design, start: Linear, keep: Array) -> Linear:
    """The rows `keep` (bool) fitted, every weight held to `start`: far from what the rows say nothing about, it stays.

    With a blank start this is plain regularised training; with a trained one, retraining.
    """
    import numpy as np

    words, numbers = given.rows, given.shapes
    spread = numbers[keep].std(axis=0) + 1e-6
    used = np.flatnonzero(given.rows[keep].getnnz(axis=0) >= MIN_ROWS)
    table, shapes, biases = start.table.copy(), start.shapes.copy(), start.biases.copy()
    at = 0
    for head in given.heads:
        known = keep & head.known
        columns = slice(at, at + (1 if head.name == "inherit" else head.labels.shape[1]))
        at = columns.stop
        if known.any():
            fitted = _fit_head(head, words[known][:, used], numbers[known] / spread, known,
                               table[used, columns], shapes[:, columns] * spread[:, None], biases[columns])  # fmt: skip
            table[used, columns], shapes[:, columns], biases[columns] = (
                fitted[0], fitted[1] / spread[:, None], fitted[2],
            )  # fmt: skip
    return Linear(table, shapes, biases)


def _fit_head(
    head: Head,
    words: Array,
    numbers: Array,
    known: Array,
    table: Array,
    shapes: Array,
    bias: Array,
) -> tuple[Array, Array, Array]:
    """Word weights, shape weights and biases of one head; a yes-or-no head is fitted as two opposite columns."""
    import numpy as np
    from scipy.sparse import csr_matrix, hstack

    prior = np.vstack([table, shapes])
    if head.name == "inherit":
        prior, bias = np.hstack([-prior / 2, prior / 2]), np.concatenate([-bias / 2, bias / 2])
    centre = numbers.mean(axis=0)
    features = hstack([words, csr_matrix(numbers - centre)]).tocsr()
    pull = np.concatenate([np.full(words.shape[1], head.word_pull), head.shape_pulls])
    split = words.shape[1]
    matrix, offset = fit_softmax(
        features, head.labels[known], head.weights[known], pull, prior, bias + centre @ prior[split:], STEPS
    )
    offset = offset - centre @ matrix[split:]
    if head.name == "inherit":
        matrix, offset = matrix[:, 1:] - matrix[:, :1], offset[1:] - offset[:1]
    return matrix[:split], matrix[split:], offset
