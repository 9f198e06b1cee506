"""How problems are shown: carets under the right columns, nothing that acts on a terminal, formats that programs read."""

import json
import unicodedata

import pytest

from router.base.problems import Fix, Note, Problem, Span, error, warning
from router.base.render import apply_fixes, printable, render_github, render_json, render_sarif, render_text
from router.engine.pages import all_pages
from tests.language.reading import FILE, errors_of, problems_of

FAULTY = "rule a\n  deny provider opanai\nrule b\n  tag x\n  when task is coding\n"


def columns(text: str) -> int:
    return sum(
        2 if unicodedata.east_asian_width(char) in "WF" else 0 if unicodedata.combining(char) else 1
        for char in text
    )


@pytest.mark.parametrize(
    "before",
    [
        "",
        "\t",
        "\t\t",
        "  \t",
        "日本語",
        '"日本" ',
        "e\u0301",
        "\u200b",
        "\x1b[31m",
        "🙂\t",
        "\u202e\t日",
        "x" * 200,
        "日" * 200,
    ],
)
def test_the_caret_stands_under_the_wrong_word_whatever_stands_before_it(before: str) -> None:
    row = f"{before}WRONG after"
    span = Span("f", 1, len(before) + 1, 1, len(before) + 6)
    shown = render_text([error("R101", "m", span)], {"f": row}, False).split("\n")
    source, carets = shown[3], shown[4]
    assert carets.strip(" |") == "^^^^^"
    assert columns(source[: source.index("WRONG")]) == columns(carets[: carets.index("^")])


def test_carets_are_as_wide_as_wide_words() -> None:
    shown = render_text([error("R101", "m", Span("f", 1, 2, 1, 5))], {"f": "x日本語y"}, False)
    assert "^" * 6 in shown and "^" * 7 not in shown


def test_a_place_over_several_lines_is_marked_to_the_end_of_its_first() -> None:
    shown = render_text([error("R101", "m", Span("f", 1, 3, 2, 2))], {"f": "abcdef\ngh"}, False)
    assert "abcdef" in shown and "gh" not in shown and "^^^^" in shown


@pytest.mark.parametrize("span", [Span("f", 9, 1, 9, 2), Span("other", 1, 1, 1, 2), Span("f", 0, 1, 0, 2)])
def test_a_place_outside_the_known_text_is_named_without_an_excerpt(span: Span) -> None:
    shown = render_text([error("R101", "m", span)], {"f": "abc"}, False)
    assert "abc" not in shown and f"{span.file}:{span.line}" in shown


def test_a_file_with_carriage_returns_shows_none() -> None:
    text = FAULTY.replace("\n", "\r\n")
    shown = render_text(problems_of(text), {FILE: text}, False)
    assert "\\u000d" not in shown and "\r" not in shown and "opanai" in shown


def test_colour_comes_only_when_it_is_asked_for() -> None:
    problems = [error("R101", "e", Span("f", 1, 1, 1, 2)), warning("R102", "w", None)]
    plain, coloured = render_text(problems, {"f": "x"}, False), render_text(problems, {"f": "x"}, True)
    assert "\x1b" not in plain
    assert "\x1b[1;31m" in coloured and "\x1b[1;33m" in coloured
    import re

    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


HOSTILE = "a\x1b[2Jb\u202ec\u200bd\x07e\u2066f\x9bg\ud800h\u00adi\U000e0041j\nk\rl"


def test_nothing_hostile_reaches_a_terminal() -> None:
    problem = Problem(
        "R1",
        "error",
        HOSTILE,
        Span(HOSTILE, 1, 1, 1, 2),
        HOSTILE,
        (Note(HOSTILE, Span(HOSTILE, 1, 1, 1, 2)),),
    )
    source = HOSTILE.replace("\n", "")
    shown = render_text([problem], {HOSTILE: source}, False)
    assert not [
        char
        for char in shown
        if char not in "\n" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    ]
    assert "\\u001b" in shown and "\\u202e" in shown and "\\ue0041" in shown
    # The one line break that belongs to no line of ours is written out: a message cannot forge another problem.
    assert shown.count("\n") == render_text(
        [error("R1", "m", Span("f", 1, 1, 1, 2), "h", Note("n"))], {"f": "x"}, False
    ).count("\n")


def test_ordinary_signs_stay_as_they_are() -> None:
    assert printable("naïve 日本語 🙂 — “x”\ttab") == "naïve 日本語 🙂 — “x”\ttab"


def test_the_count_names_each_severity_once() -> None:
    problems = [
        error("R1", "a", None),
        error("R1", "b", None),
        warning("R2", "c", None),
        Problem("R3", "note", "d"),
    ]
    assert render_text(problems, {}, False).endswith("\n\n2 errors, 1 warning, 1 note")
    assert render_text([], {}, True) == ""


def test_json_holds_every_field_and_reads_back() -> None:
    span = Span("f", 1, 2, 3, 4)
    problem = Problem("R9", "warning", "m", span, "h", (Note("n", span), Note("o")), Fix(span, "t"))
    place = {"file": "f", "line": 1, "column": 2, "end_line": 3, "end_column": 4}
    plain = json.loads(json.dumps(render_json([problem, Problem("R8", "error", "x")])))
    assert plain == [
        {
            "code": "R9", "severity": "warning", "message": "m", "span": place, "help": "h",
            "notes": [{"message": "n", "span": place}, {"message": "o", "span": None}], "fix": {"span": place, "text": "t"},
        },
        {"code": "R8", "severity": "error", "message": "x", "span": None, "help": None, "notes": [], "fix": None},
    ]  # fmt: skip


def test_github_commands_cannot_be_forged() -> None:
    span = Span("a,b:c%\n.rules", 1, 2, 1, 3)
    line = render_github([error("R1", "100% of\n::error::x", span, "h\r")])
    assert "\n" not in line and "\r" not in line
    head, _, message = line.removeprefix("::").partition("::")
    assert head == "error file=a%2Cb%3Ac%25%0A.rules,line=1,endLine=1,col=2,endColumn=3,title=R1"
    assert message.startswith("100%25 of") and "%" not in message.replace("%25", "").replace(
        "%0A", ""
    ).replace("%0D", "")


def test_github_names_a_problem_without_a_place() -> None:
    assert (
        render_github([warning("R2", "m", None), Problem("R3", "note", "n")])
        == "::warning title=R2::m\n::notice title=R3::n"
    )


def test_sarif_has_what_its_standard_requires() -> None:
    problems = [
        *errors_of(FAULTY),
        warning("R999", "nowhere", None),
        error("R101", "odd name", Span("a b%#é/ü.rules", 1, 1, 1, 2)),
    ]
    log = json.loads(render_sarif(problems, all_pages(), "1.2.3"))
    assert log["version"] == "2.1.0" and log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"], run["columnKind"]) == (
        "llm-router",
        "1.2.3",
        "unicodeCodePoints",
    )
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(set(ids)) == len(ids) and all(rule["shortDescription"]["text"] for rule in driver["rules"])
    assert len(run["results"]) == len(problems) == 4
    for result, problem in zip(run["results"], problems, strict=True):
        assert ids[result["ruleIndex"]] == result["ruleId"] == problem.code
        assert result["level"] in ("none", "note", "warning", "error") and result["message"][
            "text"
        ].startswith(problem.message)
        for location in result.get("locations", []):
            physical = location["physicalLocation"]
            uri, region = physical["artifactLocation"]["uri"], physical["region"]
            assert uri.isascii() and not set(uri) & set(' #<>"\\^`{|}')
            assert all(region[key] >= 1 for key in ("startLine", "startColumn", "endLine", "endColumn"))
        for fix in result.get("fixes", []):
            assert fix["artifactChanges"][0]["replacements"][0]["deletedRegion"]["startLine"] >= 1
    assert any("fixes" in result for result in run["results"])
    assert "locations" not in run["results"][2]


def test_sarif_of_nothing_is_an_empty_run() -> None:
    log = json.loads(render_sarif([], {}, "0"))
    assert log["runs"][0]["results"] == [] and log["runs"][0]["tool"]["driver"]["rules"] == []


def fix(column: int, end: int, text: str, line: int = 1) -> Problem:
    span = Span("f", line, column, line, end)
    return error("R1", f"{column}", span, fix=Fix(span, text))


@pytest.mark.parametrize(
    ("problems", "repaired", "applied"),
    [
        ([], "abc\ndef", 0),
        ([fix(1, 2, "X")], "Xbc\ndef", 1),
        ([fix(1, 2, "X"), fix(3, 4, "YY"), fix(2, 3, "")], "XYY\ndef", 3),
        ([fix(1, 3, "X"), fix(2, 4, "Y")], "Xc\ndef", 1),
        ([fix(1, 1, "X")], "Xabc\ndef", 1),
        ([fix(4, 4, "X")], "abcX\ndef", 1),
        ([fix(1, 2, "X", line=2)], "abc\nXef", 1),
        ([fix(1, 2, "X", line=9)], "abc\ndef", 0),
        ([fix(1, 2, "X"), fix(1, 2, "X")], "Xbc\ndef", 1),
    ],
)  # fmt: skip
def test_repairs_are_applied_where_they_do_not_overlap(
    problems: list[Problem], repaired: str, applied: int
) -> None:
    assert apply_fixes("abc\ndef", problems) == (repaired, applied)
