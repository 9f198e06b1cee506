"""Softmax regression pulled towards a prior, on sparse rows with soft labels and weights."""

from typing import Any

Array = Any
"""A NumPy array or a SciPy CSR matrix; both are imported where they are used, for only training may load them."""

HISTORY = 6
BEND = 0.1
"""About p * (1 - p) of a class among several: the second derivative of the loss by a score."""


def fit_softmax(
    features: Array, labels: Array, row_weights: Array, pull: Array, prior: Array, bias: Array, steps: int
) -> tuple[Array, Array]:
    """Weights (d, k) and biases (k,) of least cross-entropy plus pull/2 * (weights - prior)^2, by L-BFGS.

    `features` (n, d) is CSR or dense, `labels` (n, k) sum to 1 a row, `row_weights` (n,) are scaled to a mean of 1,
    `pull` (d,) says how strongly each feature is held to `prior` (d, k); biases start from `bias` and are free.
    """
    import numpy as np
    from scipy.optimize import minimize
    from scipy.sparse import csr_matrix, diags

    width, classes = prior.shape
    weights = (row_weights / row_weights.mean())[:, None]
    step = _step_sizes(features, weights, pull)
    scaled = csr_matrix(features) @ diags(step)
    turned, strength = scaled.T.tocsr(), (pull * step * step)[:, None]

    def loss(point: Array) -> tuple[float, Array]:
        apart, offset = point[:-classes].reshape(width, classes), point[-classes:]
        found = softmax_rows(scaled @ apart + fixed + offset)
        error = weights * (found - labels)
        value = -(weights * labels * np.log(found + 1e-12)).sum() + 0.5 * (strength * apart * apart).sum()
        slope = turned @ error + strength * apart
        return float(value), np.concatenate([slope.ravel(), error.sum(0)])

    fixed = features @ prior
    start = np.concatenate([np.zeros(width * classes), bias])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": HISTORY})
    return prior + step[:, None] * found.x[:-classes].reshape(width, classes), found.x[-classes:]


def _step_sizes(features: Array, weights: Array, pull: Array) -> Array:
    """(d,): one over the root of about how sharply the loss bends along each feature.

    Frequent features bend it a thousand times as sharply as rare ones; without this scale the steps that suit the
    first would leave the others where they started, and the result would depend on the number of steps.
    """
    import numpy as np
    from scipy.sparse import csr_matrix

    squares = csr_matrix(features).multiply(csr_matrix(features)).T @ weights[:, 0]
    return 1.0 / np.sqrt(pull + BEND * np.asarray(squares).ravel())


def softmax_rows(scores: Array) -> Array:
    """Probabilities row by row."""
    import numpy as np

    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
