"""`train`: the classifier again, from the shipped corpus, given files and the user's corrections."""

from collections.abc import Mapping
from typing import Any

from router.base.places import find_places
from router.base.shipped import shipped
from router.ops.operation import Operation, Parameter, Result, Surroundings

WEIGHTS = "classifier/weights.bin"


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Train and write the weights into the user's folder, or to `--out`."""
    from router.decide.classify.training import train

    user = find_places(around.environ, around.cwd).user
    corrections = user / "corrections.jsonl"
    own = [
        *sorted(shipped("rules/corpus").glob("*.jsonl")),
        *sorted(shipped("rules/classifier").glob("*.jsonl")),
    ]
    sources = [*own, *values["files"]]
    if corrections.exists():
        sources.append(corrections)
    out = values["out"] or user / WEIGHTS
    card = train(sources, out, progress=around.progress)
    return Result({"out": str(out), "card": card}, lambda colour: _text(str(out), card))


def _text(out: str, card: Mapping[str, Any]) -> str:
    rows = [f"  {key}: {value}" for key, value in card.items() if isinstance(value, (str, int, float))]
    return "\n".join([f"wrote {out}", *rows])


OPERATION = Operation(
    name="train",
    summary="train the classifier again from the shipped corpus, files and corrections",
    description=(
        "Trains on the shipped corpus, the given JSONL files ({prompt, task, complexity, source}) and your corrections\n"
        "(~/.llm-router/corrections.jsonl), validates with folds grouped by source, and keeps the shipped weights\n"
        "where the new ones are not better. Undo: delete the written file."
    ),
    parameters=(
        Parameter(
            "files", "more labelled prompts, one JSON object a line", kind="path", positional=True, many=True
        ),
        Parameter(
            "out", "where to write the weights (left out: the user's folder)", kind="path", metavar="FILE"
        ),
    ),
    run=run,
    example="llm-router train labelled.jsonl",
)
