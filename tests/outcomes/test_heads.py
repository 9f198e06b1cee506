"""Heads: what was trained is what is inferred, the file is checked, and a decision asks them only when it must."""

import json
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.analyse.replay import judgement_of
from router.base.failures import DamagedFileError
from router.decide.decide import Decider
from router.decide.plain import decide_plainly
from router.learn.outcomes.features import BITS, HEAD_CHARS, TAIL_CHARS, features
from router.learn.outcomes.fit import fit_dimensions, fit_gains, fit_heads, gains_of, matrix
from router.learn.outcomes.heads import Heads, heads_from_bytes, pack_row, to_bytes
from router.learn.outcomes.shrink import expected_of, tallied
from router.model.decision import Facts, Judgement
from router.model.decision_plain import decision_plain
from router.model.outcomes import Cell, Expectations, Expected, Foretold
from router.policy.nodes import Layer, PolicyFile
from router.policy.parse import parse_policy
from tests.outcomes.made import row
from tests.outcomes.shell import Shell
from tests.outcomes.test_chain_order import GROK, OPUS, PREMIUM, SOL, table_of

TOPICS = {
    "tests": ("write a unit test for", "cover this branch with an assertion", "add pytest cases to"),
    "bugs": ("fix the crash in", "this raises an exception, repair", "why does it fail, mend"),
}
NOUNS = ("parser", "ledger", "cache", "router", "queue", "index", "socket", "loader", "printer", "shell")


def prompts() -> list[tuple[str, str]]:
    """Prompts with their dimension."""
    return [
        (f"{text} the {noun} of module {n}", d)
        for d, texts in TOPICS.items()
        for text in texts
        for n, noun in enumerate(NOUNS)
    ]


def known_rows() -> list[Any]:
    """`a` is good at tests and `b` at bugs."""
    found = []
    for number, (prompt, dimension) in enumerate(prompts()):
        good = dimension == "tests"
        scores = {"a": (0.9 if good else 0.1, 0.01), "b": (0.1 if good else 0.9, 0.01)}
        found.append(row(number, scores, dimension=dimension)._replace(prompt=prompt))
    return found


@pytest.fixture(scope="module")
def heads() -> Heads:
    rows = known_rows()
    expected = expected_of(tallied(rows), 1.0, 0.0)
    return fit_heads(rows, matrix([found.prompt for found in rows]), expected, ["a", "b"])


def test_inference_is_what_was_fitted_but_for_rounding_to_8_bits(heads: Heads) -> None:
    rows = known_rows()
    design = matrix([found.prompt for found in rows])
    weights, biases = fit_dimensions(design, [(found.task, found.dimension) for found in rows])
    expected = expected_of(tallied(rows), 1.0, 0.0)
    more, offsets = fit_gains(design, gains_of(rows, expected, ["a", "b"]))
    fitted = np.hstack([design @ weights.T + biases, design @ more.T + offsets])
    inferred = np.array([heads.scores(found.prompt) for found in rows])
    # A row's values have a norm of 1, so rounding moves a score by at most half a step times the root of their number.
    bound = np.array(heads.scales) / 2 * np.sqrt(design.getnnz(axis=1).max())
    assert (np.abs(fitted - inferred) <= bound + 1e-9).all()
    assert np.abs(fitted).max() > 10 * bound.max()


def test_dimension_of_unseen_words_around_a_known_request(heads: Heads) -> None:
    assert heads.foretell("write a unit test for the renderer", "code") == Foretold(
        "tests",
        heads.foretell("write a unit test for the renderer", "code").gains,
        0.0,  # type: ignore[union-attr]
    )
    assert heads.foretell("fix the crash in the renderer", "code").dimension == "bugs"  # type: ignore[union-attr]
    assert heads.foretell("fix the crash in the renderer", "query") is None


def test_gain_of_one_model_over_another_is_the_difference_of_their_outputs() -> None:
    found = [
        row(1, {"a": (1.0, 0.1), "b": (0.0, 0.1)}, dimension="x"),
        row(2, {"a": (0.5, 0.1), "b": (0.5, 0.1)}, dimension="x"),
    ]
    expected = Expectations(
        {Cell("code", "x"): {"a": Expected(0.75, 0.1, 2), "b": Expected(0.25, 0.1, 2)}}, 0.0
    )
    # Row 1: a beat its expectation by 0.25, b fell 0.25 short; row 2 the other way round.
    assert gains_of(found, expected, ["a", "b"]).tolist() == [[0.25, -0.25], [-0.25, 0.25]]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.integers(-127, 127), min_size=5, max_size=5), min_size=1, max_size=600))
def test_lanes_add_up_without_running_into_each_other(lanes: list[list[int]]) -> None:
    from router.learn.outcomes.heads import _sums

    table = b"".join(map(pack_row, lanes))
    assert _sums(table, range(len(lanes)), 5) == [sum(column) for column in zip(*lanes)]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_features_are_bounded_and_of_length_1(text: str) -> None:
    found = features(text)
    assert all(0 <= at < 1 << BITS for own in found.rows for at in own)
    assert all(0 <= number <= 10 for number in found.shape)
    words = matrix([text])[:, : 1 << BITS]
    assert (words.multiply(words)).sum() == pytest.approx(1.0 if words.nnz else 0.0)


def test_middle_of_a_huge_prompt_is_not_read() -> None:
    ends = "x" * HEAD_CHARS, "y" * TAIL_CHARS
    one = features(ends[0] + " secret" * 100_000 + ends[1])
    other = features(ends[0] + " public" * 100_000 + ends[1])
    assert one == other


def test_file_survives_reading_and_any_change_is_noticed(heads: Heads) -> None:
    data = to_bytes(heads)
    assert heads_from_bytes(data, "f") == heads
    for damaged in (b"", data[:40], data[:-1], data + b"x", b"PK" + data[2:]):
        with pytest.raises(DamagedFileError):
            heads_from_bytes(damaged, "f")
    for at in range(0, len(data), max(1, len(data) // 97)):
        with pytest.raises(DamagedFileError):
            heads_from_bytes(data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :], "f")


# -- in a decision ---------------------------------------------------------------------------------------------


class Foretelling:
    """Judges as given, and counts how often it is asked to foretell."""

    def __init__(self, foretold: Foretold | None) -> None:
        self.foretold = foretold
        self.asked: list[str] = []

    def __call__(self, facts: Facts) -> Judgement:
        return Judgement("code", "complex", "premium", 0.9, 0.9, False, "classifier")

    def foretell(self, task: str) -> Foretold | None:
        self.asked.append(task)
        return self.foretold


def cells() -> Expectations:
    alike = {OPUS: Expected(0.5, 0.02, 5), SOL: Expected(0.5, 0.01, 5)}
    bugs = {OPUS: Expected(0.9, 0.02, 5), SOL: Expected(0.5, 0.01, 5)}
    return Expectations({Cell("code"): alike, Cell("code", "bugs"): bugs}, 1.0)


def decided(text: str, judge: Foretelling, **facts: Any) -> Any:
    file, problems = parse_policy(text, "made.rules")
    assert problems == ()
    table = table_of((Layer("repo", (PolicyFile("made.rules", file.rules),)),), cells())
    fast = Decider(table).decide(facts, judge)
    assert decide_plainly(table, facts, judge).chain == fast.chain
    return fast


ROUTE = "rule r\n  route to @premium\n"


def first_of_two(chain: tuple[str, ...]) -> str:
    return next(model for model in chain if model in (OPUS, SOL))


def test_foretold_dimension_chooses_the_cell() -> None:
    assert first_of_two(decided(ROUTE, Foretelling(None)).chain) == SOL
    assert first_of_two(decided(ROUTE, Foretelling(Foretold("bugs"))).chain) == OPUS
    assert first_of_two(decided(ROUTE, Foretelling(Foretold("unheard of"))).chain) == SOL
    given = decided(ROUTE, Foretelling(Foretold("bugs")), task="code", complexity="simple")
    assert first_of_two(given.chain) == OPUS


def test_heads_are_asked_when_a_first_route_of_models_turns_out_not_to_match() -> None:
    maybe = f"rule first\n  route to {SOL}\n  when task is query\n"
    judge = Foretelling(Foretold("bugs"))
    assert first_of_two(decided(maybe + ROUTE, judge).chain) == OPUS
    given = decided(maybe + ROUTE, judge, task="code", complexity="complex")
    assert first_of_two(given.chain) == OPUS


def test_gains_and_the_weight_of_a_dollar_come_from_the_heads() -> None:
    gains = ((OPUS, 0.2), (GROK, 0.9))
    assert first_of_two(decided(ROUTE, Foretelling(Foretold(None, gains))).chain) == OPUS
    # At 50 a dollar the 0.01 that it costs more are worth 0.5.
    assert first_of_two(decided(ROUTE, Foretelling(Foretold("bugs", (), 50.0))).chain) == SOL


def test_heads_are_asked_only_where_a_chain_of_the_task_hangs_on_them() -> None:
    pinned = Foretelling(Foretold("bugs"))
    file, _ = parse_policy(f"rule r\n  route to {OPUS} then {SOL}\n", "made.rules")
    table = table_of((Layer("repo", (PolicyFile("made.rules", file.rules),)),), cells())
    assert Decider(table).decide({"task": "code", "complexity": "simple"}, pinned).chain == (OPUS, SOL)
    assert pinned.asked == []
    other = Foretelling(Foretold("bugs"))
    decided(ROUTE, other, task="query", complexity="simple")
    assert other.asked == []
    asked = Foretelling(Foretold("bugs"))
    decided(ROUTE, asked)
    assert asked.asked == ["code", "code"], "once by each decider"


def test_record_of_a_decision_keeps_what_was_foretold() -> None:
    decision = decided(ROUTE, Foretelling(Foretold("bugs", ((OPUS, 0.125),), 2.5)))
    kept = json.loads(json.dumps(decision_plain(decision)))
    assert judgement_of(kept["judgement"]) == decision.judgement
    assert decision.judgement.foretold == Foretold("bugs", ((OPUS, 0.125),), 2.5)


# -- as a process ----------------------------------------------------------------------------------------------


def outcome_file(shell: Shell, *, sharp: bool = True) -> str:
    """Prompts on which one model is good at tests and the other at bugs; or both are equally good at both."""
    lines = []
    for number, (prompt, dimension) in enumerate(prompts()):
        good = dimension == "tests" if sharp else True
        models = {
            "opus": {"score": 0.9 if good else 0.1, "cost": 0.01},
            "sol": {"score": 0.1 if good and sharp else 0.9, "cost": 0.01},
        }
        split = "val" if number % 3 == 0 else "train"
        lines.append(
            json.dumps(
                {
                    "id": f"r{number}",
                    "category": dimension,
                    "prompt": prompt,
                    "split": split,
                    "models": models,
                }
            )
        )
    return shell.write("measured.jsonl", "\n".join(lines))


def imported(shell: Shell, path: str) -> None:
    ran = shell.run(
        "outcomes", "import", path, "--task", "code", "--map", f"opus={OPUS}", "--map", f"sol={SOL}"
    )
    assert ran.code == 0, ran


def first(shell: Shell, prompt: str) -> str:
    plain = shell.run("test", prompt, "--task", "code", "--complexity", "complex", "--json").plain
    return next(model for model in plain["chain"] if model in (OPUS, SOL))


@pytest.mark.slow
def test_trained_heads_choose_by_the_prompts_words(shell: Shell) -> None:
    path = outcome_file(shell)
    imported(shell, path)
    ran = shell.run("train", "--outcomes", path)
    assert ran.code == 0 and "2 dimensions" in ran.out, ran
    file = shell.user / "classifier" / "outcomes.bin"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [p.name for p in file.parent.iterdir()] == ["outcomes.bin"], "the classifier is left alone"
    data = file.read_bytes()
    assert b"pytest" not in data and b"ledger" not in data, "no word of a prompt is kept"
    assert first(shell, "write a unit test for the renderer") == OPUS
    assert first(shell, "fix the crash in the renderer") == SOL
    # Damaged heads foretell nothing, and the task's own cell decides.
    file.write_bytes(data[:-9])
    assert first(shell, "write a unit test for the renderer") == first(shell, "fix the crash in the renderer")
    file.write_bytes(data)
    assert shell.run("outcomes", "import", "--remove").code == 0
    assert not file.exists()
    assert first(shell, "fix the crash in the renderer") == next(m for m in PREMIUM if m in (OPUS, SOL))


@pytest.mark.slow
def test_heads_that_do_no_better_are_not_written(shell: Shell) -> None:
    path = outcome_file(shell, sharp=False)
    imported(shell, path)
    ran = shell.run("train", "--outcomes", path)
    assert ran.code == 0 and "no heads were written" in ran.out, ran
    assert not (shell.user / "classifier").exists()


@pytest.mark.slow
def test_training_without_a_table_or_prompts_says_what_would_do(shell: Shell) -> None:
    path = outcome_file(shell)
    ran = shell.run("train", "--outcomes", path)
    assert ran.code == 1 and "outcomes import" in ran.err and len(ran.err.strip().splitlines()) == 1
    imported(shell, path)
    bare = Path(path).read_text("utf-8").replace('"prompt"', '"other"')
    ran = shell.run("train", "--outcomes", shell.write("bare.jsonl", bare))
    assert ran.code == 1 and "0 outcomes have a prompt" in ran.err
    assert not (shell.user / "classifier").exists()
