"""Softmax regression pulled towards a prior, on sparse rows with soft labels and weights."""

from typing import Any

Array = Any
"""A NumPy array or a SciPy CSR matrix; both are imported where they are used, for only training may load them."""

HISTORY = 6


def fit_softmax(
    features: Array, labels: Array, row_weights: Array, pull: Array, prior: Array, bias: Array, steps: int
) -> tuple[Array, Array]:
    """Weights (d, k) and biases (k,) of least cross-entropy plus pull/2 * (weights - prior)^2, by L-BFGS.

    `features` (n, d) is CSR or dense, `labels` (n, k) sum to 1 a row, `row_weights` (n,) are scaled to a mean of 1,
    `pull` (d,) says how strongly each feature is held to `prior` (d, k); biases start from `bias` and are free.
    """
    import numpy as np
    from scipy.optimize import minimize

    width, classes = prior.shape
    weights = (row_weights / row_weights.mean())[:, None]
    turned = features.T.tocsr() if hasattr(features, "tocsr") else features.T

    def loss(point: Array) -> tuple[float, Array]:
        matrix, offset = point[:-classes].reshape(width, classes), point[-classes:]
        found = softmax_rows(features @ matrix + offset)
        apart, error = matrix - prior, weights * (found - labels)
        value = (
            -(weights * labels * np.log(found + 1e-12)).sum() + 0.5 * (pull[:, None] * apart * apart).sum()
        )
        slope = turned @ error + pull[:, None] * apart
        return float(value), np.concatenate([slope.ravel(), error.sum(0)])

    start = np.concatenate([prior.ravel(), bias]).astype(np.float64)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": HISTORY})
    return found.x[:-classes].reshape(width, classes), found.x[-classes:]


def softmax_rows(scores: Array) -> Array:
    """Probabilities row by row."""
    import numpy as np

    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
