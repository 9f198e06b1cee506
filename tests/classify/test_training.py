"""Training end to end on a small corpus, and inference against the same sums done by NumPy."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from router.base.failures import RouterError
from router.decide.classify import Classifier, load_classifier
from router.decide.classify.calibrate import SPANS
from router.decide.classify.design import MADE_UP, design, lanes_of, rows_matrix
from router.decide.classify.linear import blank, dequantised, fit_linear
from router.decide.classify.measure import Measured, calibration_error, thresholds
from router.decide.classify.rows import read_rows
from router.decide.classify.shape import LEANING_NAMES, NAMES, shape
from router.decide.classify.text import clipped, without_host_blocks
from router.decide.classify.training import train
from router.decide.classify.weights import MARK_SHIFT, OUTPUTS
from router.decide.classify.words import codes, words
from tests.classify.corpus import corpus, write_corpus
from tests.classify.test_hostile import sane

pytestmark = pytest.mark.slow

TEXTS = (
    "fix the bug in parser.py",
    "what is a harbour?",
    "привет, объясни код",
    "画一个猫的图片",
    "Compare A and B:\n- one\n- two\n```py\nx = 1\n```",
    "unseen zyxwv",
    "word " * 3000,
)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_inference_equals_numpy(small: Classifier, text: str) -> None:
    model, seen = dequantised(small.weights), clipped(without_host_blocks(text))
    found = words(seen)
    listed, marks = (
        np.array(sorted(codes(found)), dtype=np.int64),
        np.frombuffer(small.weights.marks, np.uint8),
    )
    row = rows_matrix([listed], marks)
    reference = model.scores(row, np.array([shape(seen, found)]))[0]
    np.testing.assert_allclose(small.scores(seen), reference, rtol=1e-6, atol=1e-6)


def test_a_small_model_learns_its_corpus(small: Classifier) -> None:
    rows = corpus()
    right = sum(small.classify(row["prompt"]).task == row["task"] for row in rows)
    assert right / len(rows) > 0.9
    assert all(sane(small.classify(row["prompt"])) for row in rows[:50])


def test_card_beside_the_weights_and_inside(trained: Path, small: Classifier) -> None:
    beside = json.loads((trained.parent / "card.json").read_text("utf-8"))
    assert beside == dict(small.card)
    assert beside["rows"] == len(corpus())
    assert beside["grouped_validation"]["task"] > 0.8
    assert len(small.fingerprint) >= 32


def test_same_rows_same_bytes(trained: Path, tmp_path: Path) -> None:
    out = tmp_path / "again.bin"
    train([write_corpus(tmp_path / "rows.jsonl", corpus())], out, fresh=True)
    assert out.read_bytes() == trained.read_bytes()


def test_corrections_are_learned_from_old_weights(trained: Path, tmp_path: Path) -> None:
    said = [
        {
            "prompt": f"frobnicate {thing} for {name}",
            "task": "code",
            "complexity": "complex",
            "source": f"user-{name}: x",
        }
        for thing in ("alpha", "beta", "gamma", "delta", "epsilon", "zeta")
        for name in ("ann", "bob", "cyd", "dan", "eve", "fay")
    ]
    out = tmp_path / "weights.bin"
    card = train([write_corpus(tmp_path / "said.jsonl", said)], out, base=trained)
    assert card["kept"] == "new"
    found = load_classifier(out)
    again = found.classify("frobnicate omega for gus")
    assert (again.task, again.complexity) == ("code", "complex")
    assert found.classify("draw a picture of a cat").task == "image"
    before = load_classifier(trained).weights
    assert (found.weights.inherit_from, found.weights.abstain_below) == (
        before.inherit_from,
        before.abstain_below,
    )


def test_old_weights_stay_when_new_ones_are_not_better(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Measured, "better_than", lambda self, other: False)
    said = [{**row, "task": "query", "complexity": "complex"} for row in corpus(100)]
    out = tmp_path / "weights.bin"
    card = train([write_corpus(tmp_path / "said.jsonl", said)], out, base=trained)
    assert card["kept"] == "old"
    assert load_classifier(out).classify("draw a picture of a cat").task == "image"


def test_the_card_says_what_was_trained_on_and_how(trained: Path) -> None:
    card = load_classifier(trained).card
    assert sum(card["files"].values()) == card["rows"] == 400
    assert set(card["files"]) == {"not shipped"}
    assert {"date", "sklearn", "settings", "families", "inherit_from", "abstain_below"} <= set(card)
    assert 0 <= card["grouped_validation"]["task_ece"] <= 1


def test_the_calibration_error_is_the_gap_in_each_bin() -> None:
    found = np.array([[0.9, 0.1], [0.9, 0.1], [0.2, 0.8], [0.3, 0.7]])
    labels = np.array([[1, 0], [0, 1], [0, 1], [0, 1]])
    every = np.ones(4, dtype=bool)
    assert calibration_error(found, labels, every) == pytest.approx((0.8 + 0.2 + 0.3) / 4)
    assert calibration_error(found, labels, ~every) is None


def test_made_up_rows_count_less_and_least_for_their_size(tmp_path: Path) -> None:
    rows = [
        {"prompt": f"{name} {number}", "task": "code", "complexity": "simple", "source": f"{source}{number}"}
        for name, source in (("real", "team-"), ("made", "corpus:"))
        for number in range(3)
    ]
    given = design(read_rows([write_corpus(tmp_path / "rows.jsonl", rows)]), 10)
    for head in given.heads:
        real, made = head.weights[:3], head.weights[3:]
        np.testing.assert_allclose(made / real, MADE_UP[head.name])
    assert MADE_UP["complexity"] < MADE_UP["task"] < 1


def test_sizes_are_not_learned_from_how_a_turn_leans_on_earlier_ones(tmp_path: Path) -> None:
    given = design(read_rows([write_corpus(tmp_path / "rows.jsonl", corpus())]), 12)
    model = fit_linear(given, blank(12, len(NAMES)), given.folds >= 0)
    leaning = [at for at, name in enumerate(NAMES) if name in LEANING_NAMES]
    assert np.abs(model.shapes[leaning, SPANS[1]]).max() < 1e-4
    assert np.abs(model.shapes[leaning, SPANS[2]]).max() > 1e-2


def test_only_real_prompts_say_how_many_are_taken_for_follow_ups(tmp_path: Path) -> None:
    rows = [
        {"prompt": f"{source}{number}", "task": task, "complexity": "simple", "source": source}
        for source, task in (("team", "code"), ("short-own", "code"), ("chat", "inherit"))
        for number in range(10)
    ]
    given = design(read_rows([write_corpus(tmp_path / "rows.jsonl", rows)]), 10)
    scores = np.zeros((30, len(OUTPUTS)))
    scores[:, -1] = np.repeat([-2.0, 1.0, 3.0], 10)
    every = np.ones(30, dtype=bool)
    assert thresholds(given, scores, every)[0] == pytest.approx(0.2)
    unknown = replace(given, made_up=~every)
    assert thresholds(unknown, scores, every)[0] == pytest.approx(0.74)


def test_a_table_row_belongs_to_its_most_frequent_code(tmp_path: Path) -> None:
    """With 16 table rows nearly every row is claimed by several codes; what a text holds of the others is left out."""
    bits, rows = 4, read_rows([write_corpus(tmp_path / "rows.jsonl", corpus())])
    counted = Counter(code for row in rows for code in codes(words(row.prompt)))
    given = design(rows, bits)
    for place in range(1 << bits):
        claims = {code: count for code, count in counted.items() if code & 15 == place}
        most = max(claims.values())
        assert any(claims[code] == most and code >> MARK_SHIFT == given.marks[place] for code in claims)
        owned = [code for code in claims if code >> MARK_SHIFT == given.marks[place]]
        holding = sum(bool(codes(words(row.prompt)) & set(owned)) for row in rows)
        assert given.rows[:, [place]].getnnz() == holding


def test_a_code_of_one_text_owns_nothing(tmp_path: Path) -> None:
    rows = read_rows([write_corpus(tmp_path / "rows.jsonl", [
        {"prompt": prompt, "task": "code", "complexity": "simple", "source": "s"} for prompt in ("zyx", "qrs")
    ])])  # fmt: skip
    given = design(rows, 10)
    assert not given.marks.any()
    assert not given.rows.getnnz()


def test_retraining_leaves_used_table_rows_with_their_codes(trained: Path, tmp_path: Path) -> None:
    old = load_classifier(trained).weights
    said = [{"prompt": f"frobnicate w{n % 50} w{n % 49}", "task": "code", "complexity": "simple", "source": "s"} for n in range(200)]  # fmt: skip
    given = design(read_rows([write_corpus(tmp_path / "rows.jsonl", said)]), old.bits, old)
    used, marks = lanes_of(old).any(axis=1), np.frombuffer(old.marks, np.uint8)
    assert used.any()
    np.testing.assert_array_equal(given.marks[used], marks[used])
    assert (given.marks[~used] != marks[~used]).any()


def test_better_means_no_figure_falls() -> None:
    def figures(task: float, regret: float, loss: float) -> Measured:
        return Measured(10, task, 0.5, regret, None, None, loss)

    old = figures(0.7, 4.0, 1.0)
    assert figures(0.7, 4.0, 0.9).better_than(old)
    assert not figures(0.69, 4.0, 0.9).better_than(old)
    assert not figures(0.7, 4.1, 0.9).better_than(old)
    assert not figures(0.8, 3.0, 1.0).better_than(old)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[]", "object"),
        ('{"prompt": "x", "task": "cook", "complexity": "simple"}', "task"),
        ('{"prompt": "x", "task": "code", "complexity": "deep"}', "complexity"),
        ('{"prompt": 3, "task": "code", "complexity": "simple"}', "prompt"),
        ('{"prompt": "x", "task": "code", "complexity": "simple", "weight": -1}', "weight"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    good = json.dumps({"prompt": "fix it", "task": "code", "complexity": "simple", "source": "s"})
    path = tmp_path / "rows.jsonl"
    path.write_text(f"{good}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(RouterError, match=said) as caught:
        train([path], tmp_path / "out.bin")
    assert f"{path}:3" in str(caught.value)
    assert not (tmp_path / "out.bin").exists()


def test_too_few_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RouterError, match="too few"):
        train([write_corpus(tmp_path / "rows.jsonl", corpus(5))], tmp_path / "out.bin")
