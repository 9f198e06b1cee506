"""`train`: the classifier again, from the shipped corpus, given files and the user's corrections; heads from outcomes."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from router.base.failures import RouterError
from router.base.files import write_atomically
from router.base.places import find_places
from router.base.shipped import shipped
from router.ops.operation import Operation, Parameter, Result, Surroundings

if TYPE_CHECKING:
    from router.model.outcomes import OutcomeTable

WEIGHTS = "classifier/weights.bin"


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Train and write the weights into the user's folder, or to `--out`.

    With `--outcomes` heads are trained beside the classifier, which itself is left alone unless files are given.
    """
    plain: dict[str, Any] = {}
    texts: list[str] = []
    if values["outcomes"]:
        plain, text = _heads(values, around)
        texts.append(text)
    if values["files"] or not values["outcomes"]:
        found, text = _classifier(values, around)
        plain = {**found, **plain}
        texts.append(text)
    return Result(plain, lambda colour: "\n".join(texts))


def _classifier(values: Mapping[str, Any], around: Surroundings) -> tuple[dict[str, Any], str]:
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
    return {"out": str(out), "card": card}, _text(str(out), card)


def _heads(values: Mapping[str, Any], around: Surroundings) -> tuple[dict[str, Any], str]:
    """Train the heads by the names and tasks that the table was imported with; written only where they do better."""
    from router.learn.outcomes.heads import FILE, to_bytes
    from router.learn.outcomes.rows import read_outcomes, renamed
    from router.learn.outcomes.train import train_heads

    user = find_places(around.environ, around.cwd).user
    table = _table(user)
    rows = read_outcomes(values["outcomes"], table.card.get("tasks", {}), prompts=True)
    trained = train_heads(renamed(rows, table.card.get("names", {})), table, around.progress)
    out = user / FILE if values["out"] is None else values["out"].parent / Path(FILE).name
    if trained.heads is not None:
        write_atomically(out, to_bytes(trained.heads))
    written = None if trained.heads is None else str(out)
    return {"outcomes": {"out": written, "card": trained.card}}, _heads_text(written, trained.card)


def _table(user: Path) -> "OutcomeTable":
    from router.learn.outcomes.store import FILE, read_table

    table = read_table(user / FILE)
    if table is None:
        raise RouterError(
            "there is no outcome table for heads to serve: `llm-router outcomes import FILE` first, with the same file"
        )
    return table


def _heads_text(out: str | None, card: Mapping[str, Any]) -> str:
    lines = [
        f"{card['prompts']} prompts of {card['dimensions']} dimensions; "
        f"dimension foretold on {card['dimension_accuracy']:.1%} of those held out"
    ]
    for name, said in (("without_heads", "task and complexity"), ("with_heads", "with heads")):
        found = card[name]
        lines.append(_achieved(said, "cost does not count", found["at_zero"]))
        lines.append(_achieved(said, f"λ {found['score_per_usd']:.4g}", found["at_weight"]))
    lines.append(f"wrote {out}" if out else "no better than task and complexity alone: no heads were written")
    return "\n".join(lines)


def _achieved(said: str, weight: str, found: Mapping[str, Any]) -> str:
    return f"  {said:<20} {weight:<20} score {found['score']:.4f}  ${found['cost_usd']:.4f}"


def _text(out: str, card: Mapping[str, Any]) -> str:
    rows = [f"  {key}: {value}" for key, value in card.items() if isinstance(value, (str, int, float))]
    return "\n".join([f"wrote {out}", *rows])


OPERATION = Operation(
    name="train",
    summary="train the classifier again from the shipped corpus, files and corrections",
    description=(
        "Trains on the shipped corpus, the given JSONL files ({prompt, task, complexity, source}) and your corrections\n"
        "(~/.llm-router/corrections.jsonl), validates with folds grouped by source, and keeps the shipped weights\n"
        "where the new ones are not better. --outcomes trains heads that foretell a prompt's finer kind of work and the\n"
        "models' gains for the table of `outcomes import`, and leaves the classifier alone unless files are given too.\n"
        "Undo: delete the written file."
    ),
    parameters=(
        Parameter(
            "files", "more labelled prompts, one JSON object a line", kind="path", positional=True, many=True
        ),
        Parameter(
            "out", "where to write the weights (left out: the user's folder)", kind="path", metavar="FILE"
        ),
        Parameter(
            "outcomes",
            "train heads on outcome files, as the table was imported from",
            kind="path",
            many=True,
            metavar="FILE",
        ),
    ),
    run=run,
    example="llm-router train labelled.jsonl",
)
