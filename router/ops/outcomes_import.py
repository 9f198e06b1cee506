"""`outcomes import`: outcome files become the user's outcome table."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from router.base.failures import RouterError, UsageError
from router.base.places import find_places
from router.base.render import printable
from router.learn.outcomes.build import build_table
from router.learn.outcomes.choose import FLOOR
from router.learn.outcomes.heads import FILE as HEADS
from router.learn.outcomes.rows import OutcomeRow, read_outcomes, renamed
from router.learn.outcomes.store import FILE, write_table
from router.model.catalogue import Catalogue
from router.model.outcomes import OutcomeTable
from router.model.terms import TASKS
from router.ops.operation import Operation, Parameter, Result, Surroundings, pairs
from router.policy.catalogue import load_catalogue


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Read, fit and write the table; with `--remove`, delete it. Nothing is written when a line cannot be used."""
    user = find_places(around.environ, around.cwd).user
    path = user / FILE
    if values["remove"]:
        return _removed(values, path, user / HEADS)
    files, floor = _asked(values, path)
    catalogue, tasks = load_catalogue(), _tasks(values["task"])
    rows = read_outcomes(files, tasks)
    names = names_of(rows, pairs(values["map"], "map"), catalogue)
    rows = renamed(rows, names)
    card = {"files": [_file(each) for each in files], "names": names, "tasks": tasks}
    table = build_table(rows, floor, card)
    if not values["dry_run"]:
        # Heads that were trained for another table know nothing of this one.
        (user / HEADS).unlink(missing_ok=True)
        write_table(path, table)
    strangers = sorted({m for row in rows for m in row.outcomes if m not in catalogue.models})
    plain = {"out": None if values["dry_run"] else str(path), **_plain(rows, table, strangers)}
    return Result(plain, lambda colour: _text(plain))


def _asked(values: Mapping[str, Any], path: Path) -> tuple[Sequence[Path], float]:
    files, floor = values["files"], values["floor"]
    if not files:
        raise UsageError("`outcomes import` needs a file of outcomes, or `--remove`")
    if not 0 < floor <= 1:
        raise UsageError("`--floor` is a share above 0 and at most 1, such as 0.97")
    if path.exists() and not values["replace"] and not values["dry_run"]:
        raise RouterError(
            f"`{path}` is there already: `--replace` puts the new table in its place, `outcomes show` prints it"
        )
    return files, floor


def _removed(values: Mapping[str, Any], path: Path, heads: Path) -> Result:
    if values["files"]:
        raise UsageError("`--remove` takes no files")
    there = path.exists()
    if there and not values["dry_run"]:
        path.unlink()
        heads.unlink(missing_ok=True)
    said = f"would remove `{path}`" if values["dry_run"] else f"removed `{path}`"
    text = f"{said}: chains keep their own order" if there else "there is no outcome table"
    return Result({"removed": str(path) if there else None}, lambda colour: text)


def _tasks(texts: Iterable[str]) -> dict[str, str]:
    """Category to task, "" to the task of all others."""
    found = {}
    for text in texts:
        category, _, task = text.rpartition("=")
        if task not in TASKS:
            raise UsageError(f"`--task` takes a task ({', '.join(TASKS)}) or CATEGORY=TASK, found `{text}`")
        found[category] = task
    return found


def names_of(rows: Sequence[OutcomeRow], names: Mapping[str, str], catalogue: Catalogue) -> dict[str, str]:
    """`provider/model` by each name in the rows: as `--map` says, else the only model that is called so."""
    found = {model for row in rows for model in row.outcomes}
    for name, model in names.items():
        if name not in found:
            raise UsageError(f"`--map`: no outcome is of `{name}`; there are {', '.join(sorted(found))}")
        if not all(model.partition("/")):
            raise UsageError(f"`--map {name}=…` takes provider/model, found `{model}`")
    known = {name: names.get(name) or _only(name, catalogue) for name in sorted(found)}
    twice = [name for name, count in Counter(known.values()).items() if count > 1]
    if twice:
        same = ", ".join(name for name, model in known.items() if model == twice[0])
        raise UsageError(f"{same} all stand for `{twice[0]}`: give each its own name with `--map`")
    return known


def _only(name: str, catalogue: Catalogue) -> str:
    """The one model of the catalogue that is called so without its provider, else the name itself."""
    same = [model for model in catalogue.models if model.partition("/")[2] == name]
    return same[0] if len(same) == 1 and name not in catalogue.models else name


def _file(path: Path) -> dict[str, str]:
    digest = sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return {"name": path.name, "sha256": digest.hexdigest()}


def _plain(rows: Sequence[OutcomeRow], table: OutcomeTable, strangers: Sequence[str]) -> dict[str, Any]:
    return {
        "rows": len(rows),
        "tasks": dict(sorted(Counter(row.task for row in rows).items())),
        "models": dict(sorted(Counter(m for row in rows for m in row.outcomes).items())),
        "not_in_catalogue": list(strangers),
        "without_cost": [m for m, tally in sorted(table.models.items()) if not tally.costed],
        "pseudo_count": table.pseudo_count,
        "score_per_usd": table.score_per_usd,
        "floor": table.floor,
        **{key: table.card[key] for key in ("judged_on", "at_zero", "at_weight")},
    }


def _text(plain: Mapping[str, Any]) -> str:
    tasks = ", ".join(f"{task} {count}" for task, count in plain["tasks"].items())
    free, kept = plain["at_zero"], plain["at_weight"]
    lines = [
        f"{plain['rows']} outcomes of {len(plain['models'])} models: {tasks}",
        f"a coarser mean counts for {plain['pseudo_count']:g} calls; chosen on {plain['judged_on']}, {free['n']} prompts",
        f"λ {plain['score_per_usd']:.4g} of score a US dollar: the largest that keeps {plain['floor']:.4g} of the score",
        f"  cost does not count  score {free['score']:.4f}  ${free['cost_usd']:.4f}",
        f"  score - λ * cost     score {kept['score']:.4f}  ${kept['cost_usd']:.4f}",
    ]
    if plain["not_in_catalogue"]:
        lines.append(
            f"in no catalogue, so in no chain unless a policy names it: {', '.join(plain['not_in_catalogue'])}"
        )
        lines.append("  `--map NAME=provider/model` says which model a name stands for")
    if plain["without_cost"]:
        lines.append(f"without any cost, so not weighed: {', '.join(plain['without_cost'])}")
    lines.append(f"wrote {plain['out']}" if plain["out"] else "nothing was written")
    return "\n".join(printable(line) for line in lines)


OPERATION = Operation(
    name="outcomes import",
    summary="measured scores and costs of models become the table that orders chains",
    description=(
        "Reads JSON lines {id, suite, split, category, difficulty, models: {name: {score, cost}}}, shrinks means of few\n"
        "calls towards coarser ones, chooses λ of score - λ * cost on the validation part (split: val) or on folds, and\n"
        "writes ~/.llm-router/outcomes.json. From then on members of a chain that a profile or `@chain` gave stand in\n"
        "the order that it says; a chain that a rule names model by model never changes. Undo: --remove. Heads that\n"
        "`train --outcomes` made for another table go with it."
    ),
    parameters=(
        Parameter("files", "outcome files, one JSON object a line", kind="path", positional=True, many=True),
        Parameter(
            "map", "which model a name in the files stands for", many=True, metavar="NAME=PROVIDER/MODEL"
        ),
        Parameter("task", "the task of all rows, or of a category", many=True, metavar="[CATEGORY=]TASK"),
        Parameter("floor", "share of the score to keep when λ is chosen", kind="number", default=FLOOR),
        Parameter("replace", "put the new table in the place of the old one", kind="flag"),
        Parameter("remove", "delete the table", kind="flag"),
        Parameter("dry_run", "say what would be written and write nothing", kind="flag"),
    ),
    run=run,
    example="llm-router outcomes import measured.jsonl --task code --map opus=anthropic/claude-opus-5-5",
)
