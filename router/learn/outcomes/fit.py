"""Training of the heads: a softmax regression for dimensions, ridge regressions for gains (scikit-learn)."""

from collections.abc import Sequence
from typing import Any

from router.learn.outcomes.features import BITS, SHAPES, features, worth
from router.learn.outcomes.heads import Heads, pack_row
from router.learn.outcomes.rows import OutcomeRow
from router.model.outcomes import Cell, Expectations

Array = Any
"""A NumPy array or a SciPy matrix; both are imported where they are used, for only training may load them."""

SOFTMAX_C = 10.0
RIDGE = 10.0
STEPS = 60


def matrix(prompts: Sequence[str]) -> Array:
    """(n, 2**BITS + SHAPES), CSR: what `Heads.scores` sees of each prompt."""
    import numpy as np
    from scipy.sparse import csr_matrix, hstack

    columns: list[int] = []
    values: list[float] = []
    ends, shapes = [0], []
    for prompt in prompts:
        found = features(prompt)
        for at, rows in enumerate(found.rows):
            columns += rows
            values += [worth(at) / found.length] * len(rows)
        ends.append(len(columns))
        shapes.append(found.shape)
    words = csr_matrix(
        (np.array(values), np.array(columns, dtype=np.int64), ends), shape=(len(prompts), 1 << BITS)
    )
    return hstack([words, csr_matrix(np.array(shapes).reshape(-1, SHAPES))]).tocsr()


def fit_dimensions(features: Array, labels: Sequence[tuple[str, str]]) -> tuple[Array, Array]:
    """Weights (k, d) and biases (k,) of a softmax regression over the sorted labels; one label has weights of 0."""
    import numpy as np

    names = sorted(set(labels))
    if len(names) < 2:
        return np.zeros((len(names), features.shape[1])), np.zeros(len(names))
    numbers = np.array([names.index(label) for label in labels])
    weights, biases = _softmax(features, numbers)
    if len(names) == 2:
        # scikit-learn keeps the difference of two classes only.
        return np.vstack([-weights / 2, weights / 2]), np.concatenate([-biases / 2, biases / 2])
    return weights, biases


def _softmax(features: Array, numbers: Array) -> tuple[Array, Array]:
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        # So few steps are a choice: more of them fit the training rows better and others no better.
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = LogisticRegression(C=SOFTMAX_C, max_iter=STEPS, tol=1e-3).fit(features, numbers)
    return found.coef_, found.intercept_


def fit_gains(features: Array, gains: Array, pull: float = RIDGE) -> tuple[Array, Array]:
    """Weights (m, d) and biases (m,) of a ridge regression for each column of `gains` (n, m)."""
    from sklearn.linear_model import Ridge

    found = Ridge(alpha=pull, solver="lsqr").fit(features, gains)
    return found.coef_.reshape(gains.shape[1], -1), found.intercept_.reshape(-1)


def gains_of(rows: Sequence[OutcomeRow], expected: Expectations, models: Sequence[str]) -> Array:
    """(n, m): by how much each model beat its cell's expectation, less what all models of the row did so together.

    The difference of two columns is the gain of one model over the other; a model that a row did not measure is at 0.
    """
    import numpy as np

    found = np.zeros((len(rows), len(models)))
    for at, row in enumerate(rows):
        known = expected.cells[expected.at(Cell(row.task, row.dimension))]
        more = {m: row.outcomes[m].score - known[m].score for m in models if m in row.outcomes and m in known}
        level = sum(more.values()) / max(len(more), 1)
        for number, model in enumerate(models):
            found[at, number] = more[model] - level if model in more else 0.0
    return found


def fit_heads(
    rows: Sequence[OutcomeRow], features: Array, expected: Expectations, models: Sequence[str]
) -> Heads:
    """The heads of rows that all have a prompt and a dimension; `features` is their `matrix`. Gains count in full."""
    import numpy as np

    labels = [(row.task, row.dimension or "") for row in rows]
    weights, biases = fit_dimensions(features, labels)
    more, offsets = fit_gains(features, gains_of(rows, expected, models))
    return _quantised(
        np.vstack([weights, more]),
        np.concatenate([biases, offsets]),
        tuple(sorted(set(labels))),
        tuple(models),
    )


def _quantised(
    weights: Array, biases: Array, dimensions: tuple[tuple[str, str], ...], models: tuple[str, ...]
) -> Heads:
    """The heads with 8-bit weights; each output has the scale that its largest weight needs."""
    import numpy as np

    words, shapes = weights[:, : 1 << BITS], weights[:, 1 << BITS :]
    scales = np.maximum(np.abs(words).max(axis=1), 1e-12) / 127
    lanes = np.rint(words / scales[:, None]).astype(int).T
    table = b"".join(pack_row(row) for row in lanes.tolist())
    return Heads(
        dimensions,
        models,
        tuple(map(float, scales)),
        tuple(map(float, biases)),
        tuple(tuple(map(float, row)) for row in shapes),
        1.0,
        0.0,
        table,
        {},
    )
