"""The guards: what the raw text says stands in the result, and what it does not say never does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.compress.clean import all_lines
from router.compress.command import compress
from router.compress.facts import find_facts
from router.compress.filter import filter_from
from router.compress.filters import Filters
from router.compress.guard import Stands, invented, missing
from router.compress.plan import plan_for
from tests.compress.world import cases, squeeze

NOISE = "".join(f"step {n} of 40 does its usual work quietly\n" for n in range(40))


def with_filter(**fields: object) -> Filters:
    """Only one filter, for the command `tool`."""
    return Filters((filter_from({"name": "tool", "commands": ["tool"], **fields}, "user"),))


def facts_of(text: str) -> set[str]:
    return {fact.text for fact in find_facts(text.split("\n"), plan_for(()), {})}


@pytest.mark.parametrize(
    ("line", "fact"),
    [
        ("FAILED tests/test_a.py::test_b[1-x] - assert 1 == 2", "tests/test_a.py::test_b[1-x]"),
        ("    --- FAIL: TestTotal/with_discount (0.00s)", "TestTotal/with_discount"),
        ("test parser::tests::wrong ... FAILED", "parser::tests::wrong"),
        ("  ✕ charges the card (8 ms)", "charges the card"),
        ("not ok 11 - counts nails", "not ok 11 - counts nails"),
        ("CONFLICT (content): Merge conflict in a.py", "CONFLICT (content): Merge conflict in a.py"),
        ("java.lang.IllegalStateException: no basket", "java.lang.IllegalStateException: no basket"),
        ("Caused by: java.io.IOException: pipe", "Caused by: java.io.IOException: pipe"),
        ("make: *** [Makefile:4: app] Error 1", "make: *** [Makefile:4: app] Error 1"),
        ("test result: FAILED. 5 passed; 1 failed; 0 ignored", "test result: FAILED. 5 passed; 1 failed; 0 ignored"),
        ("Plan: 3 to add, 0 to change, 1 to destroy.", "Plan: 3 to add, 0 to change, 1 to destroy."),
        ("= 2 failed, 12 passed in 0.2s =", "2 failed, 12 passed in 0.2s"),
        ("src/a.py:12:5: F401 unused", "src/a.py"),
        (" --> src/lib.rs:9:26", "src/lib.rs"),
        ("src/a.ts(4,2): error TS2322: no", "src/a.ts"),
    ],
)
def test_a_fact_is_found_whatever_the_command_was(line: str, fact: str) -> None:
    assert fact in facts_of(f"something before\n{line}\nsomething after")


@pytest.mark.parametrize("line", ["sh: 1: foo: command not found", "ENOENT: no such file", "permission denied", "went out of memory"])
def test_a_cause_no_filter_knows_is_put_back(line: str) -> None:
    greedy = with_filter(drop=["."], drop_sure=["^step"])
    done = compress("tool", NOISE + line + "\n" + NOISE, 1, filters=greedy, raw=None)
    assert line in done.text and len(done.text) < len(NOISE)


def test_a_fact_that_a_filter_drops_is_put_back_under_a_mark() -> None:
    text = NOISE + "src/a.py:12:5: F401 `os` imported but unused\n" + NOISE
    greedy = with_filter(sections=[{"start": "^step 0", "end": "^never$", "only": ["^step 3 "]}], shorten=[{"find": "src/\\S+", "to": ""}])
    done = compress("tool", text, 0, filters=greedy, raw=None)
    assert "[kept by guard]\nsrc/a.py:12:5: F401" in done.text and done.report.appended == 1


def test_many_lost_facts_mean_that_the_raw_text_stays() -> None:
    text = NOISE + "".join(f"FAILED tests/test_{n}.py::test_{n}\n" for n in range(40))
    blind = with_filter(shorten=[{"find": "FAILED.*", "to": ""}])
    done = compress("tool", text, 1, filters=blind, raw=None)
    assert done.text == text and done.report.untouched == "40 facts would be lost"


@pytest.mark.parametrize(
    ("raw", "find", "claim"),
    [
        ("3 checks were not ok in this run", "3 checks were not ", "ok in this run"),
        ("build completed with 3 failures", " with 3 failures", "build completed"),
        ("no tests passed here at all", "^no tests ", "passed here at all"),
        ("0 of 14 passed", "^0 of ", "14 passed"),
    ],
)
def test_shortening_never_makes_a_success_of_a_failure(raw: str, find: str, claim: str) -> None:
    filters = with_filter(drop_sure=["^step"], shorten=[{"find": find, "to": ""}])
    done = compress("tool", NOISE + raw + "\n", 1, filters=filters, raw=None)
    assert claim not in done.text.split("\n")
    assert raw in done.text


def test_a_sentence_the_raw_text_does_not_hold_is_found() -> None:
    raw = ["3 of 4 tests failed", "done in 2s"]
    assert invented(["3 of 4 tests failed", "All tests passed"], raw) == ["All tests passed"]
    assert invented(["done in 2s  [x3]", "[kept by guard]", "[4 frames]"], raw) == []


def test_a_place_stands_with_its_own_number_alone() -> None:
    facts = find_facts(["src/a.py:1:5: F401 x", "src/b.py:7:1: F401 x"], plan_for(()), {})
    assert len(facts) == 2
    assert [fact.text for fact in missing(facts, Stands(["src/a.py:12:5  F401 x", "src/b.py", " 7:1  F401 x"]))] == ["src/a.py"]
    assert missing(facts, Stands(["F401 x  src/a.py:3:1,1:5  src/b.py:7:1"])) == []


def test_an_output_of_which_nothing_would_stay_shows_its_last_line() -> None:
    done = compress("tool", NOISE, 0, filters=with_filter(drop_sure=["."]), raw=None)
    assert done.text.split("\n")[0] == NOISE.rstrip().split("\n")[-1]


def test_the_last_lines_of_a_failed_command_stay_without_any_word_for_it() -> None:
    text = NOISE + "the lease belongs to somebody else\nbye\n"
    done = compress("tool", text, 3, filters=with_filter(drop=["."]), raw=None)
    assert "the lease belongs to somebody else\nbye" in done.text


_LINES = st.lists(
    st.one_of(
        st.sampled_from([line for _, case in cases() for line in case["output"].split("\n")]),
        st.text(alphabet=st.characters(codec="utf-8"), max_size=60),
        st.integers(0, 400).map(lambda n: f"2026-11-17 09:00:00 INFO handled request {n} in {n % 7} ms"),
        st.integers(1, 90).map(lambda n: f"src/m{n % 5}.py:{n}:{n % 9}: F{400 + n % 4} `name{n % 3}` is unused"),
    ),
    min_size=5,
    max_size=120,
)
_COMMANDS = st.sampled_from([*sorted({case["command"] for _, case in cases()}), "./run.sh", "cat notes.txt", ""])


@settings(max_examples=120, deadline=None)
@given(_LINES, _COMMANDS, st.sampled_from([None, 0, 1, 137]))
def test_whatever_is_printed_facts_stay_and_nothing_is_invented(lines: list[str], command: str, code: int | None) -> None:
    text = "\n".join(lines) + "\n"
    done = squeeze(command, text, code)
    assert len(done.text) <= len(text)
    if done.report.untouched is not None:
        return
    shown = done.text.split("\n")
    assert invented([line for line in shown[:-2] if line], all_lines(text)) == []


@settings(max_examples=80, deadline=None)
@given(_LINES, st.sampled_from([["."], ["^[a-m]"], ["[0-9]"], [" "]]), st.sampled_from([0, 1]))
def test_whatever_a_filter_drops_every_fact_stands(lines: list[str], drop: list[str], code: int) -> None:
    text = "\n".join(lines) + "\n"
    done = compress("tool", text, code, filters=with_filter(drop=drop), raw=None)
    facts = find_facts(all_lines(done.text if done.report.untouched else text), plan_for(()), {})
    assert missing(facts, Stands(all_lines(done.text))) == []


def test_a_fact_that_is_its_whole_line_is_asked_for_like_any_other() -> None:
    line = "Plan: 3 to add, 0 to change, 1 to destroy."
    blind = with_filter(drop_sure=["^step"], shorten=[{"find": "Plan: .*", "to": ""}])
    done = compress("tool", NOISE + line + "\nnothing else\n", 0, filters=blind, raw=None)
    assert line in done.text and done.report.appended == 1


def test_filters_that_get_in_each_others_way_are_tried_alone() -> None:
    """What draws a tree for a listing is an added line in a diff."""
    text = "stash@{0}: WIP on main: 2cf853f Make it executable\n" + "".join(
        f"diff --git a/f{n}.txt b/f{n}.txt\nindex 98b0a1c..3f1d2aa 100644\n--- a/f{n}.txt\n+++ b/f{n}.txt\n"
        f"@@ -28,3 +28,4 @@\n same {n}\n the rest of it {n}\n+{n * 7}\n"
        for n in range(40)
    )
    done = squeeze("git stash list && git stash show -p", text)
    assert (done.report.untouched, done.report.filters) == (None, ("git",))
    shown = done.text.split("\n")
    assert [n for n in range(40) if f"+{n * 7}" not in shown or f"+++ b/f{n}.txt" not in shown] == []
    assert len(done.text) < 0.7 * len(text)
