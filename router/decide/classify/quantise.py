"""A trained model as the table of 8-bit lanes that inference adds up."""

from collections.abc import Mapping
from typing import Any

from router.decide.classify.fit import Array
from router.decide.classify.linear import Linear
from router.decide.classify.weights import ZERO, Weights

LIMIT = 127
CLIPPED_SHARE = 1e-5
"""The share of weights that may be cut to the largest lane: a few outliers would coarsen all the others."""


def quantised(
    model: Linear, marks: Array, inherit_from: float, abstain_below: float, card: Mapping[str, Any]
) -> Weights:
    """The weights of a model and its rows' marks; a lane is off by at most half its scale, unless it is cut."""
    import numpy as np

    scales = _scales(model.table)
    whole = np.clip(np.rint(model.table / scales), -LIMIT, LIMIT)
    table, bits = (whole + ZERO).astype(np.uint8).tobytes(), len(marks).bit_length() - 1
    shapes = tuple(tuple(map(float, row)) for row in model.shapes.T)
    biases = tuple(map(float, model.biases))
    return Weights(
        bits,
        tuple(map(float, scales)),
        biases,
        shapes,
        inherit_from,
        abstain_below,
        table,
        marks.astype(np.uint8).tobytes(),
        card,
    )


def _scales(lanes: Array) -> Array:
    """What one step of each lane is worth."""
    import numpy as np

    sizes = np.abs(lanes)
    top = np.array(
        [np.quantile(column[column > 0], 1 - CLIPPED_SHARE) if column.any() else 1.0 for column in sizes.T]
    )
    return np.maximum(top, 1e-6) / LIMIT
