"""The steps around the filters: which command ran, cleaning, what is left alone, collapsing, traces, prefixes."""

import pytest

from router.compress.clean import all_lines, clean_lines
from router.compress.collapse import collapse
from router.compress.filters import Filters
from router.compress.gate import why_untouched
from router.compress.hold import FREE
from router.compress.invocation import segments
from router.compress.reshape import NAMES, reshaped
from router.compress.tokens import count
from router.compress.unprefix import without_prefix
from router.compress.weight import weight
from tests.compress.world import shipped_filters, squeeze


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("pytest -q tests", ["pytest tests"]),
        ("cd app && CI=1 python3.11 -m pytest -x", ["pytest"]),
        (".venv/bin/python -m pytest", ["pytest"]),
        ("npx vitest run", ["vitest run"]),
        ("uv run --with rich pytest", ["pytest"]),
        ("poetry run mypy src", ["mypy src"]),
        ("pnpm exec eslint .", ["eslint ."]),
        ("git -C repo -c color.ui=never log --oneline", ["git log"]),
        ("kubectl -n prod get pods", ["kubectl get pods"]),
        ("docker compose -f a.yml up -d", ["docker compose up"]),
        ("sudo timeout 30 make -j 4 all", ["make all"]),
        ("./gradlew build", ["gradle build"]),
        ("pytest 2>&1 | tail -25", ["pytest"]),
        ("ps aux | grep 'web server'", ["grep web server"]),
        ("git status --short && ruff check . && pytest", ["git status", "ruff check .", "pytest"]),
        ("echo \"a; b\" | cat > out.txt", ["echo a; b"]),
        ("cat <<EOF\nrm -rf /\nEOF", ["cat"]),
        ("'unclosed quote && x", ["unclosed quote && x"]),
        ("", []),
        ("|| && ;", []),
    ],
)
def test_a_command_line_is_reduced_to_what_prints(command: str, words: list[str]) -> None:
    assert [" ".join(segment.words) for segment in segments(command)] == words


@pytest.mark.parametrize(
    ("command", "family"),
    [
        ("python -m unittest -v", "unittest"),
        ("uv pip install x", "pip"),
        ("npm ls --all", "listing"),
        ("npm install", "npm"),
        ("cargo fmt --check", "format"),
        ("cargo test", "cargo"),
        ("git grep x", "listing"),
        ("git push", "git"),
        ("docker compose logs web", "log"),
        ("kubectl logs pod/x", "log"),
        ("tofu plan", "terraform"),
        ("g++ a.cpp", "make"),
    ],
)
def test_the_filter_that_names_most_of_the_command_is_taken(command: str, family: str) -> None:
    assert shipped_filters().choose(segments(command), ["nothing known"])[0].name == family


def test_an_output_is_known_by_what_it_bears() -> None:
    chosen = shipped_filters().choose(segments("./ci.sh"), ["x", "=================== FAILURES ===================", "y"])
    assert [item.name for item in chosen] == ["pytest"]


def test_cleaning_takes_colours_overwritten_progress_and_blank_runs() -> None:
    text = "\x1b[31mred\x1b[0m  \r\n10%\r50%\r100%\n\n\n\nend\x1b]0;title\x07\n"
    assert clean_lines(text) == ["red", "100%", "", "end"]
    assert "50%" in all_lines(text)


@pytest.mark.parametrize(
    ("command", "text", "reason"),
    [
        ("make", "short", "small"),
        ("cat src/app.py", "def f():\n    return 1\n" * 40, "a file's body"),
        ("git show HEAD:src/app.py", "def f():\n    return 1\n" * 40, "a file's body"),
        ("tool", "\0\1\2" * 400, "binary"),
        ("tool", '{"a": [1, 2, 3], "b": "' + "x" * 400 + '"}', "data"),
        ("tool", '{"n": 1}\n{"n": 2}\n' * 60, "data"),
        ("tool", "id,name,price\n" + "1,nail,3\n" * 60, "data"),
        ("kubectl get pods -o yaml", "apiVersion: v1\nkind: Pod\n" * 40, "a file's body"),
        ("cat logs/app.log", "handled one more\n" * 40, None),
        ("head -2000 server", "2026-11-17 09:00:00 INFO handled\n" * 40, None),
        ("cat error_log", "[Sun Dec 04 04:14:37 2005] [notice] ok\n" * 40, None),
        ("tool", "plain text that says this and that\n" * 20, None),
    ],
)
def test_what_is_no_prose_of_a_tool_is_left_alone(command: str, text: str, reason: str | None) -> None:
    assert why_untouched(segments(command), text) == reason


def test_repetition_is_told_once_and_what_is_rare_stays() -> None:
    lines = [f"GET /cart/{n} 200 in {n % 9} ms" for n in range(40)]
    lines[17] = "GET /cart/17 500 in 3 ms"
    lines[23] = "cache is cold"
    assert collapse(lines, [False] * 40, names_too=True) == [
        "GET /cart/0 200 in 0 ms  [+36 alike]",
        "GET /cart/17 500 in 3 ms",
        "cache is cold",
        "GET /cart/39 200 in 3 ms",
    ]


def test_a_block_that_repeats_is_told_once_and_a_held_one_is_not() -> None:
    lines = [f"{word} {n}" for n in range(5) for word in ("open the door", "close it")]
    assert collapse(lines, [False] * 10) == ["open the door 0", "close it 0", "[these 2 lines 5 times, numbers differing]"]
    assert collapse(lines, [True] * 10) == lines


def test_frames_of_libraries_go_and_the_programs_own_stay() -> None:
    frames = "".join(f"    at lib{n} (/app/node_modules/lib/index.js:{n}:1)\n" for n in range(20))
    text = f"TypeError: basket is undefined\n    at total (/app/src/cart.js:12:9)\n{frames}    at main (/app/src/main.js:3:1)\n"
    done = squeeze("node app.js", text, 1)
    assert done.text.startswith(
        "TypeError: basket is undefined\n    at total (/app/src/cart.js:12:9)\n[20 frames]\n    at main (/app/src/main.js:3:1)\n"
    )


def test_a_ci_service_prefix_is_taken_off_and_job_and_step_are_said_once() -> None:
    stamp = "2026-11-17T10:02:01.1000000Z"
    assert without_prefix([f"{stamp} one", f"{stamp} two", f"{stamp} "]) == ["one", "two", ""]
    rows = [f"build\tRun make\t{stamp} {word}" for word in ("a", "b", "c")]
    assert without_prefix(rows) == ["build  Run make", "a", "b", "c"]
    assert without_prefix(["2026-11-17 10:02 a", "b", "c"]) == ["2026-11-17 10:02 a", "b", "c"]


@pytest.mark.parametrize("name", NAMES)
def test_a_reshaper_leaves_foreign_lines_and_nothing_alone(name: str) -> None:
    foreign = ["The quick brown fox", "jumps, over the lazy dog.", "", "42"]
    assert reshaped(foreign, [name]).lines == foreign
    assert reshaped([], [name]).lines == []


def test_the_weight_of_a_long_text_is_that_of_its_samples() -> None:
    text = "some words and 12345 numbers, more words\n" * 8_000
    assert abs(weight(text) / (weight(text[:41]) * 8_000) - 1) < 0.05


def test_tokens_are_counted_by_the_shipped_table_without_a_network() -> None:
    assert count("hello world, this is a test") == (7, "o200k_base")
    assert count("<|endoftext|> is text here")[1] == "o200k_base"


def test_without_any_filter_an_output_is_still_collapsed() -> None:
    from router.compress.command import compress

    text = "".join(f"copied file {n} of 300\n" for n in range(300))
    assert len(compress("tool", text, 0, filters=Filters(()), raw=None).text) < 120


@pytest.mark.parametrize(
    "text",
    ["\x1b[" * 50_000, "\r".join(str(n) for n in range(70_000)), "'" * 50_000 + "\n" * 300, "[" * 100_000, "\n" * 200_000, "a/" * 50_000],
    ids=["escapes", "returns", "quotes", "brackets", "blank lines", "slashes"],
)
def test_an_odd_output_comes_back_no_longer_than_it_was(text: str) -> None:
    assert len(squeeze("make", text, 2).text) <= len(text)


def test_rows_of_a_listing_are_never_of_one_kind() -> None:
    rows = [f"-rw-r--r-- 1 ada staff {n * 37} Nov 25 08:48 ./src/{word}.yaml" for n, word in enumerate("abcdefghijklmnop")]
    assert collapse(rows, [False] * 16) == rows
    figures = [f"{n} {n * 3} {n * 7}" for n in range(20)]
    assert collapse(figures, [False] * 20, names_too=False) == figures


def test_findings_below_different_names_are_no_repetition() -> None:
    lines = [line for n in range(6) for line in (f"src/m{n}.c", f" {n}:4  unused variable", f" {n}:9  no return here")]
    assert collapse(lines, [FREE] * len(lines)) == lines
    plain = [line for n in range(6) for line in (f"starting job {n}", f"job took {n} ms")]
    assert len(collapse(plain, [FREE] * len(plain))) < len(plain)


def test_findings_of_kotlin_are_told_by_file_with_their_severity() -> None:
    lines = [
        "w: file:///home/ada/app/src/A.kt:12:5 Parameter 'id' is never used",
        "e: file:///home/ada/app/src/A.kt:15:5 Unresolved reference: gone",
        "e: file:///home/ada/app/src/B.kt:3:1 Type mismatch",
    ]
    found = reshaped(lines, ["places"]).lines
    assert found[:3] == ["/home/ada/app/src/A.kt", " 12:5  w: Parameter 'id' is never used", " 15:5  e: Unresolved reference: gone"]
    assert found[3] == lines[2]


def test_tests_that_pass_go_whoever_runs_them() -> None:
    passed = [f"        PASS [   0.01{n}s] ({n:3}/9) shop cart::tests::adds_{n}" for n in range(8)]
    failed = [
        "        FAIL [   0.015s] (  9/9) shop cart::tests::pays",
        "thread 'cart::tests::pays' panicked at src/cart.rs:45:9:",
        "     Summary [   0.250s] 9 tests run: 8 passed, 1 failed, 0 skipped",
    ]
    done = squeeze("cargo nextest run", "\n".join([*passed, *failed]), 100)
    assert done.text.split("\n")[:3] == failed
