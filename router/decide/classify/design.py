"""Prompts as the matrices that training works on, made by the same functions that inference uses."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from router.decide.classify.fit import Array
from router.decide.classify.rows import INHERIT, LabelledRow
from router.decide.classify.shape import LEANING_NAMES, NAMES, shape
from router.decide.classify.text import clipped, without_host_blocks
from router.decide.classify.weights import MARK_SHIFT, ROW_BYTES, ZERO, Weights
from router.decide.classify.words import codes, words
from router.model.terms import JUDGED_COMPLEXITIES as COMPLEXITIES
from router.model.terms import TASKS


@dataclass(frozen=True, slots=True)
class Head:
    """One decision: its labels as columns, and which rows know it."""

    name: str
    labels: Array
    """(n, k), one-hot; a row of zeros where unknown."""
    known: Array
    """(n,), bool."""
    weights: Array
    """(n,): a row's own weight times its family's size to the power -BALANCE, made-up rows by MADE_UP."""
    word_pull: float
    """How strongly word weights are held to the prior; chosen by grouped validation."""
    shape_pulls: Array
    """(len(NAMES),): the same for each number of the shape."""


@dataclass(frozen=True, slots=True)
class Design:
    """All rows as numbers."""

    rows: Array
    """(n, 2**bits), CSR: where a code that owns its table row occurs, 1 over the root of the number of codes of the text."""
    marks: Array
    """(2**bits,): the mark of the code that owns each table row."""
    shapes: Array
    """(n, len(NAMES))."""
    heads: tuple[Head, ...]
    folds: Array
    """(n,): the fold that holds the row out."""
    made_up: Array
    """(n,), bool."""


BALANCE = 0.4
"""0 counts every row alike, 1 every family; between them generalises best to families that were not seen."""
MADE_UP = {"task": 0.35, "complexity": 0.15, "inherit": 0.35}
"""Made-up prompts of small topics count less than real ones, which they would outweigh; their sizes are the least like
those of real work."""
FOLDS = 5
MIN_ROWS = 2
"""A word of fewer rows says nothing about other sources."""
SHAPE_PULL = 300.0
HELD = 1e9
"""The pull of a number that a head shall not learn from."""
WORD_PULLS = {"task": 0.1, "complexity": 0.2, "inherit": 0.15}


def design(labelled: Sequence[LabelledRow], bits: int, old: Weights | None = None) -> Design:
    """The matrices of the rows, in their order; table rows that `old` uses stay with the codes that own them."""
    import numpy as np

    found, shapes = [], []
    for row in labelled:
        text = clipped(without_host_blocks(row.prompt))
        split = words(text)
        found.append(sorted(codes(split)))
        shapes.append(shape(text, split))
    listed = [np.array(row, dtype=np.int64) for row in found]
    owners = _owners(np.concatenate([np.zeros(0, dtype=np.int64), *listed]), bits, old)
    made_up = np.array([row.made_up for row in labelled], dtype=bool)
    return Design(
        rows_matrix(listed, owners), owners, np.array(shapes), heads(labelled), folds(labelled), made_up
    )


def lanes_of(weights: Weights) -> Array:
    """(2**bits, LANES): the signed weights of the table, in steps of their scales."""
    import numpy as np

    raw = np.frombuffer(weights.table, dtype=np.uint8).reshape(-1, ROW_BYTES)
    return raw.astype(np.int64) - ZERO


def rows_matrix(listed: Sequence[Array], marks: Array) -> Array:
    """(n, len(marks)), CSR: the sorted codes of each text that own their row, by the root of how many codes it has."""
    import numpy as np
    from scipy.sparse import csr_matrix

    ends, columns, values = [0], [], []
    for codes_of in listed:
        at = codes_of & (len(marks) - 1)
        mine = np.unique(at[marks[at] == codes_of >> MARK_SHIFT])
        columns.append(mine)
        values.append(np.full(len(mine), 1.0 / np.sqrt(max(len(codes_of), 1))))
        ends.append(ends[-1] + len(mine))
    shape_of = (len(listed), len(marks))
    return csr_matrix((np.concatenate(values), np.concatenate(columns), ends), shape=shape_of)


def _owners(every: Array, bits: int, old: Weights | None) -> Array:
    """(2**bits,): each table row goes to its most frequent code of MIN_ROWS texts or more, the lowest of equals."""
    import numpy as np

    found, counts = np.unique(every, return_counts=True)
    found, counts = found[counts >= MIN_ROWS], counts[counts >= MIN_ROWS]
    order = np.lexsort((-found, counts))
    marks = np.zeros(1 << bits, dtype=np.int64)
    # The last value written to a place stays: the most frequent code's.
    marks[found[order] & (1 << bits) - 1] = found[order] >> MARK_SHIFT
    if old is not None:
        taken = lanes_of(old).any(axis=1)
        marks[taken] = np.frombuffer(old.marks, dtype=np.uint8)[taken]
    return marks


def heads(labelled: Sequence[LabelledRow]) -> tuple[Head, ...]:
    """The task (of rows that have one), the complexity (where known) and whether a row is a follow-up."""
    tasks = _one_hot([row.task for row in labelled], TASKS)
    complexities = _one_hot([row.complexity or "" for row in labelled], COMPLEXITIES)
    # Two columns of one decision; only their difference is kept, as the log-odds of a follow-up.
    follows = _one_hot([row.task if row.task == INHERIT else "own" for row in labelled], ("own", INHERIT))
    return tuple(
        Head(
            name,
            labels,
            labels.any(axis=1),
            balanced(labelled, MADE_UP[name]),
            WORD_PULLS[name],
            _shape_pulls(name),
        )
        for name, labels in (("task", tasks), ("complexity", complexities), ("inherit", follows))
    )


def _shape_pulls(head: str) -> Array:
    import numpy as np

    held = LEANING_NAMES if head == "complexity" else frozenset()
    return np.array([HELD if name in held else SHAPE_PULL for name in NAMES])


def _one_hot(values: Sequence[str], names: Sequence[str]) -> Array:
    import numpy as np

    return np.array([[float(value == name) for name in names] for value in values]).reshape(-1, len(names))


def balanced(labelled: Sequence[LabelledRow], made_up: float) -> Array:
    """Row weights under which a family of many rows does not drown the others; their mean is 1.

    `made_up` is what a made-up row counts beside a real one.
    """
    import numpy as np

    sizes = Counter(row.family for row in labelled)
    found = np.array(
        [row.weight * sizes[row.family] ** -BALANCE * (made_up if row.made_up else 1.0) for row in labelled]
    )
    return found / found.mean()


def folds(labelled: Sequence[LabelledRow]) -> Array:
    """The number of each row's fold; a family is in one fold only, the largest families are dealt first."""
    import numpy as np

    sizes = Counter(row.family for row in labelled)
    filled, fold_of = [0] * FOLDS, {}
    for family, size in sorted(sizes.items(), key=lambda pair: (-pair[1], pair[0])):
        emptiest = filled.index(min(filled))
        fold_of[family] = emptiest
        filled[emptiest] += size
    return np.array([fold_of[row.family] for row in labelled], dtype=np.int64)
