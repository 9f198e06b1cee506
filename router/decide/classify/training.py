"""Training: labelled prompts to a weights file, validated on families of sources that were held out."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from router.base.clock import system_clock
from router.base.failures import RouterError
from router.base.files import write_atomically
from router.base.shipped import shipped
from router.decide.classify.calibrate import fit_calibration, no_calibration
from router.decide.classify.classifier import SHIPPED
from router.decide.classify.design import (
    BALANCE,
    FOLDS,
    MADE_UP,
    MIN_ROWS,
    SHAPE_PULL,
    WORD_PULLS,
    Design,
    design,
)
from router.decide.classify.fit import Array
from router.decide.classify.linear import STEPS, Linear, blank, dequantised, fit_linear
from router.decide.classify.measure import Measured, measured, thresholds
from router.decide.classify.quantise import quantised
from router.decide.classify.rows import LabelledRow, read_rows
from router.decide.classify.shape import NAMES
from router.decide.classify.text import HEAD_CHARS, TAIL_CHARS
from router.decide.classify.weights import Weights, read_weights, to_bytes

BITS = 18
"""2**18 rows: fewer collide, more would not fit into 4 MB."""
LEAST_ROWS = 20
SHIPPED_ROWS = ("rules/corpus", "rules/classifier")
"""Folders whose rows the shipped weights were trained on."""


def train(
    sources: Sequence[Path],
    out: Path,
    *,
    progress: Callable[[str], None] = lambda line: None,
    base: Path | None = None,
    fresh: bool = False,
) -> dict[str, Any]:
    """Trains on the JSONL files, writes `out` and `card.json` beside it, and returns the card.

    Weights of a file `base` (left out: the shipped one, if there is one; none when `fresh`) are the prior: every
    weight is held to the old one, so what the rows say nothing about stays. Such a model replaces the old one
    only if it does better on the rows that the shipped corpus does not hold, each judged by a model that saw no
    row of its source family; else the old weights are written again and the card says so. Raises RouterError
    with file and line for a row that cannot be used.
    """
    rows = _distinct(read_rows(sources))
    if len(rows) < LEAST_ROWS:
        raise RouterError(f"{len(rows)} labelled prompts are too few to train on: {LEAST_ROWS} are needed")
    old = None if fresh else _old(base)
    progress(f"{len(rows)} prompts of {len({row.family for row in rows})} source families")
    given = design(rows, old.bits if old else BITS, old)
    start = dequantised(old) if old else blank(BITS, len(NAMES))
    judged = _new(rows) if old else given.folds >= 0
    if old and not judged.any():
        progress("no row is new: the old weights stay")
        return _write(out, old, {**old.card, "kept": "old"})
    weights, after = _trained(rows, given, start, judged, old, progress)
    if old:
        before = measured(given, start.scores(given.rows, given.shapes), judged, old.inherit_from)
        progress(f"before: {before.line()}")
        if not after.better_than(before):
            progress("not better than the old weights, which stay")
            return _write(out, old, {**old.card, "kept": "old", "tried": after.card()})
    return _write(out, weights, {**weights.card, "kept": "new"})


def held_out(given: Design, start: Linear, progress: Callable[[str], None]) -> Array:
    """The scores (n, outputs) of every row by a model that saw no row of its family."""
    import numpy as np

    scores = np.zeros((len(given.folds), start.biases.shape[0]))
    for fold in range(FOLDS):
        apart = given.folds == fold
        if apart.any():
            progress(f"validation {fold + 1} of {FOLDS}")
            model = fit_linear(given, start, ~apart)
            scores[apart] = model.scores(given.rows[apart], given.shapes[apart])
    return scores


def _trained(
    rows: Sequence[LabelledRow],
    given: Design,
    start: Linear,
    judged: Array,
    old: Weights | None,
    progress: Callable[[str], None],
) -> tuple[Weights, Measured]:
    scores = held_out(given, start, progress)
    # A prior is calibrated already, and a handful of corrections could only spoil its scale and thresholds.
    calibration = fit_calibration(scores, given, judged) if old is None else no_calibration(scores.shape[1])
    calibrated = calibration.of(scores)
    limits = (old.inherit_from, old.abstain_below) if old else thresholds(given, calibrated, judged)
    inherit_from, abstain_below = limits
    found = measured(given, calibrated, judged, inherit_from)
    progress(f"held out: {found.line()}")
    model = calibration.into(fit_linear(given, start, given.folds >= 0))
    card = {
        **_settings(),
        "files": _sizes(rows),
        "rows": len(rows),
        "families": len({row.family for row in rows}),
        "grouped_validation": found.card(),
        "abstain_below": round(abstain_below, 4),
        "inherit_from": round(inherit_from, 4),
    }
    return quantised(model, given.marks, inherit_from, abstain_below, card), found


def _sizes(rows: Sequence[LabelledRow]) -> dict[str, int]:
    """Prompts by file; only files of the shipped folders are named, a user's are none of a reader's business."""
    named = {str(path): path.name for folder in SHIPPED_ROWS for path in shipped(folder).glob("*.jsonl")}
    return dict(sorted(Counter(named.get(row.file, "not shipped") for row in rows).items()))


def _settings() -> dict[str, Any]:
    """What the features and the fit were made with, and when."""
    import sklearn

    return {
        "date": system_clock().date().isoformat(),
        "sklearn": str(sklearn.__version__),
        "settings": {
            "hash_bits": BITS,
            "shape_numbers": len(NAMES),
            "head_chars": HEAD_CHARS,
            "tail_chars": TAIL_CHARS,
            "word_pull": WORD_PULLS,
            "shape_pull": SHAPE_PULL,
            "balance": BALANCE,
            "made_up": MADE_UP,
            "steps": STEPS,
            "min_rows": MIN_ROWS,
            "folds": FOLDS,
        },
    }


def _distinct(rows: Sequence[LabelledRow]) -> list[LabelledRow]:
    """The last row of each prompt: a correction comes after what it corrects."""
    return list({row.prompt: row for row in rows}.values())


def _old(base: Path | None) -> Weights | None:
    path = base or shipped(SHIPPED)
    return read_weights(path) if base or path.exists() else None


def _new(rows: Sequence[LabelledRow]) -> Array:
    """Which rows the shipped weights have not seen."""
    import numpy as np

    seen = tuple(str(shipped(folder)) for folder in SHIPPED_ROWS)
    return np.array([not row.file.startswith(seen) for row in rows])


def _write(out: Path, weights: Weights, card: Mapping[str, Any]) -> dict[str, Any]:
    from dataclasses import replace

    found = dict(card)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(out, to_bytes(replace(weights, card=found)))
    text = json.dumps(found, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    write_atomically(out.parent / "card.json", text.encode("utf-8"))
    return found
