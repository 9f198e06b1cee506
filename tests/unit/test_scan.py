"""The scan of a value finds what the slow evaluation finds."""

from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from router.decide.decide import Decider
from router.decide.kleene import evaluate
from router.decide.scan import HEAD_CHARS, TAIL_CHARS, holds_phrase
from router.policy.compile.lower import phrase
from router.policy.nodes import Compare, Effect, FactRef, Layer, PolicyFile, Rule
from tests.analyse.law_world import table_of
from tests.policies import HERE, value, word

PHRASES = [
    ("fix", "please fix it", True),
    ("fix", "prefix", False),
    ("fix", "fixes", False),
    ("fix", "fix", True),
    ("fix", "FIX!", True),
    ("fix", "fix_it", False),
    ("fix", "fix-it", True),
    ("fix", "(fix)", True),
    ("fix", "fix2", False),
    ("fix", "prefix fix", True),
    ("schema migration", "schema  \n\t migration", True),
    ("schema migration", "schema migrations", False),
    ("schema migration", "a schema migration.", True),
    ("schema migration", "schema, migration", False),
    ("c++", "in C++", True),
    ("c++", "c++11", True),
    ("c++", "abc++", False),
    ("c++", "c+", False),
    (".env", "read .env", True),
    (".env", "read prod.env", True),
    ("-> x", "a -> x", True),
    ("-> x", "a -> xy", False),
    ("naïve", "NAÏVE", True),
    ("naïve", "naive", False),
    ("straße", "STRASSE", True),
    ("データ", "データベース", True),
    ("データ", "このデータは", True),
    ("数据库", "优化数据库查询", True),
    ("数据库", "数 据 库", False),
    ("fix", "修复fix问题", True),
    ("база", "базаданных", False),
    ("база", "БАЗА данных", True),
    ("a b", "a b", True),
    ("a b", "xa b", False),
    ("🧨", "boom🧨boom", True),
    ("x", "", False),
]  # fmt: skip


def decider(*tests: tuple[str, str, str]) -> Decider:
    """A policy with one tagging rule for each (fact, operator, constant)."""
    rules = []
    for at, (fact, operator, text) in enumerate(tests):
        kind: Any = "regex" if operator == "matches" else "text"
        when = Compare(FactRef(fact, None, HERE), operator, (value(kind, text),), HERE)  # type: ignore[arg-type]
        rules.append(Rule(word(f"r{at}"), (Effect("tag", HERE, words=(word(f"t{at}"),)),), HERE, when=when))
    return Decider(table_of([Layer("repo", (PolicyFile("x.rules", tuple(rules)),))]))


def agrees(decide: Decider, facts: dict[str, Any]) -> None:
    """The tags of the indexed decision are those of rules whose condition is true."""
    table = decide.table
    truths = [evaluate(table.condition(at), facts) for at in range(len(table.names))]
    wanted = [table.rule(at)["effects"][0]["words"][0] for at, truth in enumerate(truths) if truth is True]
    known = {**facts, "task": "code", "complexity": "simple"}
    assert sorted(decide.decide(known).tags) == sorted(wanted)


@pytest.mark.parametrize(("said", "text", "holds"), PHRASES)
def test_phrase_at_word_boundaries(said: str, text: str, holds: bool) -> None:
    assert holds_phrase(" ".join(text.casefold().split()), phrase(said)) is holds
    fast = decider(("prompt", "contains", said))
    assert fast.decide({"prompt": text, "task": "code", "complexity": "simple"}).tags == (
        ("t0",) if holds else ()
    )
    agrees(fast, {"prompt": text})


PROMPTS = decider(
    *(("prompt", "contains", said) for said, _, _ in PHRASES),
    *(
        ("prompt", "matches", p)
        for p in (r"(?i)todo", r"^fix\b", r"\d{3}", r"数.库", r"(a+)+$", r"\p{Greek}", r"\bfix\b")
    ),
)
PARTS = [text for pair in PHRASES for text in pair[:2]] + [
    "TODO",
    "123",
    "λ",
    "\n",
    "\u00a0",
    "_",
    "aaaa",
    "\ud800",
    "\x00",
    "İ",
    "ﬁx",
]


@settings(max_examples=200, deadline=None)
@given(
    parts=st.lists(st.sampled_from(PARTS), max_size=6),
    joint=st.sampled_from(["", " ", "\n", "  ", "\u3000", "."]),
)
@example(parts=["ﬁx"], joint="")
@example(parts=["İ", "fix"], joint="")
def test_prompt_scan_agrees_with_evaluation(parts: list[str], joint: str) -> None:
    agrees(PROMPTS, {"prompt": joint.join(parts)})


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=40))
def test_prompt_scan_agrees_on_any_text(text: str) -> None:
    agrees(PROMPTS, {"prompt": text})


PATHS = decider(
    *(("path", "under", p) for p in ("src/", "src/pay", "./docs/", "", "/", "a b/", "数据/")),
    *(("path", "is", p) for p in ("src/a.py", "README.md", "./x")),
    *(("path", "like", p) for p in ("*.py", "src/**", "**/b.*", "src/*/b.sql", "?.md", "数据/*")),
)
FILES = [
    "src",
    "src/a.py",
    "src/pay",
    "src/pay/b.sql",
    "src/payments/x",
    "docs/x.md",
    "README.md",
    "x",
    "x.md",
    "a b/c",
    "数据/表.sql",
    "srcs/a.py",
    "",
    "\ud800.py",
]


@settings(max_examples=150, deadline=None)
@given(files=st.lists(st.sampled_from(FILES), max_size=3))
def test_path_scan_agrees_with_evaluation(files: list[str]) -> None:
    agrees(PATHS, {"path": tuple(files)})


NAMES = decider(
    *(("branch", "like", g) for g in ("*", "main", "m?in", "release/*", "*1", "数*")),
    *(("group", "like", g) for g in ("core*", "*", "w?b")),
    *(("group", "is", g) for g in ("core", "web")),
)


@settings(max_examples=100, deadline=None)
@given(
    branch=st.one_of(st.none(), st.sampled_from(["main", "release/1", "数据", "\ud800", "", "MAIN", "a\nb"])),
    group=st.one_of(st.none(), st.lists(st.sampled_from(["core", "core2", "web", ""]), max_size=2)),
)
def test_name_scan_agrees_with_evaluation(branch: str | None, group: list[str] | None) -> None:
    facts: dict[str, Any] = {"branch": branch, "group": None if group is None else tuple(group)}
    agrees(NAMES, {key: known for key, known in facts.items() if known is not None})


@pytest.mark.parametrize("where", ["head", "middle", "tail", "seam", "nowhere"])
@pytest.mark.parametrize(
    ("operator", "said"), [("contains", "cvv2"), ("matches", "cvv2"), ("contains", "card holder")]
)
def test_what_lies_in_the_middle_of_a_long_prompt_is_unknown(where: str, operator: str, said: str) -> None:
    filler = "lorem " * 40_000
    text = {
        "head": f"{said} {filler}", "tail": f"{filler} {said}", "nowhere": filler,
        "middle": f"{filler} {said} {filler}", "seam": filler[: HEAD_CHARS - 3] + f" {said} " + filler[:TAIL_CHARS],
    }[where]  # fmt: skip
    assert len(text) > HEAD_CHARS + TAIL_CHARS
    found = where in ("head", "tail")
    fast = decider(("prompt", operator, said))
    assert evaluate(fast.table.condition(0), {"prompt": text}) is (True if found else None)
    agrees(fast, {"prompt": text})


def test_restriction_fires_on_what_was_not_looked_at() -> None:
    when = Compare(FactRef("prompt", None, HERE), "contains", (value("text", "cvv2"),), HERE)
    rule = Rule(word("r"), (Effect("redact", HERE, words=(word("secrets"),)),), HERE, when=when)
    fast = Decider(table_of([Layer("repo", (PolicyFile("x.rules", (rule,)),))]))
    given = {"task": "code", "complexity": "simple"}
    limit = HEAD_CHARS + TAIL_CHARS
    assert fast.decide({**given, "prompt": "x" * limit}).redact == ()
    assert fast.decide({**given, "prompt": "x" * (limit + 1)}).redact == ("secrets",)


def test_many_patterns_are_matched_in_several_sets() -> None:
    fast = decider(*(("prompt", "matches", f"needle{number}x") for number in range(2_300)))
    rng = Random(7)
    picked = sorted(rng.sample(range(2_300), 5))
    tags = fast.decide(
        {"prompt": " ".join(f"needle{n}x" for n in picked), "task": "code", "complexity": "simple"}
    ).tags
    assert sorted(tags) == sorted(f"t{n}" for n in picked)
