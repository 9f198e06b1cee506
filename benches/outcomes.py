"""What choosing by outcomes scores and costs beside the constants, from a folder of outcome files; arithmetic as the papers'."""

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from math import fsum
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benches.state import machine
from router.learn.outcomes.choose import FLOOR, Judged, best, choose, folds, gold, parts_of
from router.learn.outcomes.fit import fit_gains, matrix
from router.learn.outcomes.rows import OutcomeRow, read_outcomes
from router.learn.outcomes.shrink import expected_of, tallied
from router.learn.outcomes.train import fitted, foretold_by, held_out
from router.model.outcomes import Cell, Expectations, OutcomeTable, with_gains

TASK = "code"
LENGTHS = 4
STEPS = 10
Pick = Callable[[OutcomeRow], str]


class Came(NamedTuple):
    """Over n prompts: the sum of scores and of US dollars; a cost that nobody knows counts 0, as in the benchmark."""

    n: int
    score: float
    usd: float

    def plus(self, other: "Came") -> "Came":
        return Came(self.n + other.n, self.score + other.score, self.usd + other.usd)


def came_to(rows: Sequence[OutcomeRow], pick: Pick) -> Came:
    picked = [row.outcomes[pick(row)] for row in rows]
    return Came(len(rows), fsum(o.score for o in picked), fsum(o.cost_usd or 0.0 for o in picked))


def constants(rows: Sequence[OutcomeRow]) -> dict[str, Came]:
    """Each single model, a model at random (its expectation), and the oracle, which knows every score beforehand."""
    models = sorted(rows[0].outcomes)
    found = {f"always {model}": came_to(rows, lambda row, m=model: m) for model in models}
    each = list(found.values())
    found["random"] = Came(
        len(rows), fsum(c.score for c in each) / len(each), fsum(c.usd for c in each) / len(each)
    )
    found["oracle"] = came_to(rows, _best_and_cheapest)
    return found


def _best_and_cheapest(row: OutcomeRow) -> str:
    return min(row.outcomes, key=lambda m: (-row.outcomes[m].score, row.outcomes[m].cost_usd or 0.0, m))


def by_table(
    expected: Expectations, weight: float, where: Callable[[OutcomeRow], Cell], gains=lambda row: ()
) -> Pick:
    def pick(row: OutcomeRow) -> str:
        return best(with_gains(expected.cells[expected.at(where(row))], gains(row)), weight)

    return pick


def chosen_by_table(part: Judged, rest: Sequence[OutcomeRow], name: str) -> dict[str, Came]:
    """The table of `part.fitted` on `part.held_out`, its constants chosen inside `rest`."""
    chosen = choose(parts_of(rest), FLOOR, gold)
    expected = expected_of(tallied(part.fitted), chosen.pseudo_count, 0.0)
    return {
        f"{name}, cost left out": came_to(part.held_out, by_table(expected, 0.0, gold)),
        f"{name}, λ keeps {FLOOR}": came_to(part.held_out, by_table(expected, chosen.score_per_usd, gold)),
    }


def by_length(rows: Sequence[OutcomeRow], cuts: Sequence[int]) -> list[OutcomeRow]:
    """The rows with nothing but their prompt's length as their dimension."""
    return [
        row._replace(dimension=f"length {sum(len(row.prompt or '') > cut for cut in cuts)}", complexity=None)
        for row in rows
    ]


def cuts_of(rows: Sequence[OutcomeRow]) -> list[int]:
    lengths = sorted(len(row.prompt or "") for row in rows)
    return [lengths[len(lengths) * at // LENGTHS] for at in range(1, LENGTHS)]


def chosen_by_length(part: Judged, rest: Sequence[OutcomeRow]) -> dict[str, Came]:
    cuts = cuts_of(part.fitted)
    lengths = Judged(by_length(part.fitted, cuts), by_length(part.held_out, cuts))
    return chosen_by_table(lengths, by_length(rest, cuts), "length only")


def chosen_by_heads(part: Judged, rest: Sequence[OutcomeRow]) -> tuple[dict[str, Came], Came]:
    """The same table looked up by predicted dimensions; every label of the rows held out is left unread."""
    fit, test, inner = ([row._replace(complexity=None) for row in rows] for rows in (*part, rest))
    pseudo_count = choose(parts_of(inner), FLOOR, gold).pseudo_count
    tallies = tallied(fit)
    table = OutcomeTable(tallies, pseudo_count, 0.0, FLOOR)
    models = sorted(table.models)
    _, (setting, _) = held_out(parts_of(inner), table, models, lambda line: None)
    expected = expected_of(tallies, pseudo_count, 0.0)
    found = foretold_by(fitted(fit, expected, models), test)

    def where(row: OutcomeRow) -> Cell:
        return Cell(row.task, found[row.id].dimension)

    def gains(row: OutcomeRow) -> tuple[tuple[str, float], ...]:
        return tuple((m, setting.gain_weight * gain) for m, gain in found[row.id].gains)

    right = sum(found[row.id].dimension == row.dimension for row in test)
    weight = setting.score_per_usd
    return {
        "predicted dimension, cost left out": came_to(test, by_table(expected, 0.0, where)),
        "predicted dimension + gains, cost left out": came_to(test, by_table(expected, 0.0, where, gains)),
        f"predicted dimension + gains, λ keeps {FLOOR}": came_to(
            test, by_table(expected, weight, where, gains)
        ),
    }, Came(len(test), right, 0.0)


def show(title: str, found: Mapping[str, Came]) -> None:
    print(f"\n{title}\n  {'':<46} score   dollars")
    for name, came in found.items():
        print(f"  {name:<46} {100 * came.score / came.n:5.2f}  {came.usd:8.2f}")


def problem_of(row: OutcomeRow) -> str:
    """What folds are grouped by: one problem comes under several dimensions, its id then differs in the first part."""
    return re.sub(r"^dim\d+_", "", row.id)


def added(many: Iterable[Mapping[str, Came]]) -> dict[str, Came]:
    total: dict[str, Came] = {}
    for each in many:
        for name, came in each.items():
            total[name] = total[name].plus(came) if name in total else came
    return total


def tables(path: Path, rows: Sequence[OutcomeRow]) -> None:
    """A file with costs, a part to fit and a part for validation."""
    [part] = parts_of(rows)
    print(
        f"\n{path.name}: {len(rows)} tasks, {len(part.fitted)} to fit, {len(part.held_out)} of the validation part"
    )
    show(
        f"validation part, {len(part.held_out)} tasks; it also chose λ and the pseudo-count",
        {**constants(part.held_out), **chosen_by_table(part, rows, "gold labels")},
    )
    texts = [row for row in rows if row.prompt]
    [part] = parts_of(texts)
    heads, right = chosen_by_heads(part, texts)
    show(
        f"of it the {len(part.held_out)} with a prompt; dimension foretold on {right.score / right.n:.1%} of them",
        {
            **constants(part.held_out), **chosen_by_length(part, texts),
            **chosen_by_table(part, texts, "gold labels"), **heads,
        },
    )  # fmt: skip
    nested = folds(rows, problem_of)
    show(
        f"no third part: {len(nested)} folds by problem, {len(rows)} tasks; λ and pseudo-count chosen without the fold",
        {**constants(rows), **added(chosen_by_table(part, part.fitted, "gold labels") for part in nested)},
    )
    nested = folds(texts, problem_of)
    by_heads = [chosen_by_heads(part, part.fitted) for part in nested]
    right = added({"right": each[1]} for each in by_heads)["right"]
    show(
        f"the same folds, the {len(texts)} with a prompt; dimension foretold on {right.score / right.n:.1%} of them",
        {
            **constants(texts), **added(chosen_by_length(part, part.fitted) for part in nested),
            **added(chosen_by_table(part, part.fitted, "gold labels") for part in nested),
            **added(each[0] for each in by_heads),
        },
    )  # fmt: skip


def quantile(values: Sequence[float], share: float) -> float:
    at = share * (len(values) - 1)
    low = int(at)
    return values[low] + (values[min(low + 1, len(values) - 1)] - values[low]) * (at - low)


def apgr(rows: Sequence[OutcomeRow], scores: Mapping[str, float], weak: str, strong: str) -> float:
    """RouteLLM's area under quality over the share of strong calls, 0 for always weak and 1 for always strong."""
    ordered = sorted(scores.values())
    cuts = sorted({quantile(ordered, at / STEPS) for at in range(STEPS + 1)})
    points = []
    for at, cut in enumerate(cuts):
        last = at == len(cuts) - 1
        up = [scores[row.id] > cut or (scores[row.id] == cut and not last) for row in rows]
        quality = fsum(row.outcomes[strong if one else weak].score for one, row in zip(up, rows)) / len(rows)
        points.append((sum(up) / len(rows), quality))
    points.sort()
    low, high = mean_score(rows, weak), mean_score(rows, strong)
    area = fsum((x2 - x1) * (y1 + y2) / 2 for (x1, y1), (x2, y2) in pairwise(points))
    span = points[-1][0] - points[0][0]
    return (area - low * span) / ((high - low) * span)


def mean_score(rows: Sequence[OutcomeRow], model: str) -> float:
    return fsum(row.outcomes[model].score for row in rows) / len(rows)


def pair(path: Path, rows: Sequence[OutcomeRow]) -> None:
    """A file of two models without costs: how well a head ranks prompts by what the stronger one gains."""
    import numpy as np

    weak, strong = sorted(rows[0].outcomes, key=lambda model: mean_score(rows, model))
    gains: dict[str, float] = {}
    for part in folds(rows):
        wanted = [[row.outcomes[strong].score - row.outcomes[weak].score] for row in part.fitted]
        weights, biases = fit_gains(matrix([row.prompt or "" for row in part.fitted]), np.array(wanted))
        seen = matrix([row.prompt or "" for row in part.held_out])
        gains.update(zip((row.id for row in part.held_out), (seen @ weights[0] + biases[0]).tolist()))
    print(
        f"\n{path.name}: {len(rows)} questions, {weak} against {strong}; APGR over {len(folds(rows))} folds"
    )
    lengths = {row.id: float(len(row.prompt or "")) for row in rows}
    print("  random                0.500  (by definition)")
    print(f"  length only           {apgr(rows, lengths, weak, strong):.3f}")
    print(f"  gain head             {apgr(rows, gains, weak, strong):.3f}")


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: python benches/outcomes.py FOLDER (with the outcome files)")
    folder = Path(sys.argv[1])
    print(machine())
    for path in sorted(folder.glob("*.jsonl")):
        rows = read_outcomes([path], {"": TASK}, prompts=True)
        if len(parts_of(rows)) == 1:
            tables(path, rows)
        elif len(rows[0].outcomes) == 2:
            pair(path, rows)
        else:
            print(f"\n{path.name}: neither parts to fit and to judge, nor two models")


if __name__ == "__main__":
    main()
