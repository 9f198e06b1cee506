"""An answer loses whole sentences that say nothing, and nothing else."""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.compress.text.answer import MOST_CHARS, compress_answer
from router.compress.text.markdown import blocks
from router.compress.text.protected import same
from router.compress.text.sentences import sentences

FENCE = "```python\ndef pay(amount):\n    if amount <= 0:\n        raise ValueError('a must be set')\n    return amount\n```\n"
SLEEPY = f"""Great question! I'd be happy to help you with that. Here's the code:

{FENCE}
Let me explain step by step. You should not call `pay` twice; it may deadlock.

I hope this helps! Let me know if you have any other questions.
"""
AWAKE = f"""{FENCE}
You should not call `pay` twice; it may deadlock.
"""


def lean(text: str) -> str:
    return compress_answer(text).text


def test_only_the_sentences_that_say_nothing_go() -> None:
    done = compress_answer(SLEEPY)
    assert done.text == AWAKE
    assert dict(done.report.removed) == {"greeting": 2, "announcement": 1, "transition": 1, "closing": 2}
    assert (done.report.before, done.report.after) == (len(SLEEPY), len(AWAKE))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Sure! Here is what happens: it locks.\n", "Here is what happens: it locks.\n"),
        ("Absolutely! It is safe to delete the file.\n", None),
        ("Sure!\n\n1. Stop it.\n", None),
        ("You're welcome! Happy coding!\n", None),
        ("Use it. I hope this helps! Restart afterwards.\n", "Use it. Restart afterwards.\n"),
        ("> Great question!\n\n- I hope this helps!\n", None),
        ("    Let me explain.\n\n| Let me explain. |\n", None),
        ("# Let's dive in!\n\nIt works.", None),
        ('He said: "Great question! I hope this helps!" and left.\n', None),
        ("It is slow.\nLet's dive in!\nThe cause is the lock.\n", "It is slow.\nThe cause is the lock.\n"),
        ("Great question!\r\n\r\nIt is slow.\r\n", "It is slow.\r\n"),
        ("The lock is slow. Use a queue. In summary, the lock is slow.", "The lock is slow. Use a queue."),
        ("The lock is slow. In summary, use a queue.", None),
        ("It does not work. In summary, it does not work.", None),
        ("Restart the server. Wait. Restart the server.", None),
    ],
)
def test_a_sentence_goes_only_where_it_says_nothing(text: str, left: str | None) -> None:
    assert lean(text) == (text if left is None else left)


def test_of_two_code_blocks_each_keeps_its_announcement() -> None:
    text = f"Here's the code:\n\n{FENCE}\nHere's the function:\n\n{FENCE.replace('pay', 'get')}"
    assert lean(text) == text
    assert lean(text.split("Here's the function")[0]) == FENCE + "\n"


def test_the_original_is_kept_before_anything_goes() -> None:
    store: dict[str, str] = {}

    def keep(text: str) -> str:
        store["a1"] = text
        return "a1"

    done = compress_answer(SLEEPY, keep=keep)
    assert store[done.report.handle or ""] == SLEEPY
    assert compress_answer(AWAKE, keep=keep).report.handle is None and store == {"a1": SLEEPY}


def test_what_cannot_be_kept_is_not_shortened() -> None:
    def full(text: str) -> str:
        raise OSError(28, "No space left on device")

    done = compress_answer(SLEEPY, keep=full)
    assert (done.text, done.report.reason) == (SLEEPY, "the original could not be kept")


@pytest.mark.parametrize(("target", "reached"), [(None, None), (0.1, True), (0.9, False)])
def test_a_target_is_told_and_never_forced(target: float | None, reached: bool | None) -> None:
    done = compress_answer(SLEEPY, target=target)
    assert (done.text, done.report.reached) == (AWAKE, reached)


def test_an_example_given_twice_is_given_once() -> None:
    text = f"For example:\n\n{FENCE}{FENCE[:-4]}# more than one line of it\n```\n\nUsage:\n\n{FENCE}{FENCE}\nIt ends."
    long = text.replace("return amount", "return amount  # " + "the same long remark " * 6)
    done = compress_answer(long, keep=lambda _: "b2")
    assert dict(done.report.removed) == {"example": 1}
    assert done.text.count("the same long remark " * 6) == 3
    assert "llm-router raw b2]\n```python" in done.text and done.text.endswith("\nIt ends.")
    assert lean(long) == long


def test_code_that_is_no_example_stays_twice() -> None:
    code = "```python\n" + "x = 1  # the same in both files\n" * 8 + "```\n"
    text = f"`a/__init__.py`:\n\n{code}\n`b/__init__.py`:\n\n{code}"
    assert compress_answer(text, keep=lambda _: "c3").text == text


WORDS = st.sampled_from(
    [
        "the",
        "lock",
        "is",
        "not",
        "slow",
        "30",
        "s",
        "`x",
        "=",
        "1`",
        "src/a.py",
        "never",
        '"quoted',
        'text"',
        "run",
        "it",
        "if",
        "you",
        "may",
        "config.yml",
        "no",
        "cannot",
        "don't",
        "--force",
        "v1.2.3",
        "https://a.test/b?c=1",
        "(see",
        "e.g.",
        "this)",
        "Great",
        "Sure",
        "Here",
        "12%",
        "and/or",
        "without",
        "unless",
    ]
)
FILLERS = st.sampled_from(
    [
        "Great question!",
        "I hope this helps!",
        "Let me know if you have any questions.",
        "Let's dive in!",
        "Sure!",
        "Here's the code:",
        "Happy coding! 🎉",
        "Please don't hesitate to ask.",
        "I can help you with that.",
    ]
)
SENTENCES = st.one_of(
    FILLERS, st.lists(WORDS, min_size=1, max_size=8).map(lambda w: "The " + " ".join(w) + ".")
)
PROSE = st.lists(SENTENCES, min_size=1, max_size=6).map(" ".join)
BLOCKS = st.one_of(
    PROSE,
    PROSE,
    PROSE,
    PROSE.map(lambda t: "- " + t),
    PROSE.map(lambda t: "> " + t),
    PROSE.map(lambda t: "    " + t),
    PROSE.map(lambda t: f"```\n{t}\n```"),
    PROSE.map(lambda t: f"~~~ text\n{t}\n\n{t}\n~~~"),
    PROSE.map(lambda t: f"| a | b |\n|---|---|\n| {t} | 1 |"),
    PROSE.map(lambda t: f"## {t}"),
    PROSE.map(lambda t: f"{t}\n{t}"),
    PROSE.map(lambda t: f"```unclosed\n{t}"),
    st.text(max_size=40),
)
MARKDOWN = st.lists(BLOCKS, min_size=1, max_size=8).map("\n\n".join)
OUTSIDE = {
    "code spans": r"`[^`\n]+`",
    "numbers": r"\d+(?:[.,]\d+)*",
    "negations": r"(?i)\b(?:not|no|never|none|nor|neither|nothing|without|cannot|unless)\b|n['’]t\b",
    "paths": r"[\w.~-]*/[\w./-]+|\b\w+\.(?:py|yml|md|json)\b",
    "quotations": r"\"[^\"\n]*\"",
    "links": r"https?://\S+",
}


def found(pattern: str, text: str) -> Counter[str]:
    return Counter(re.findall(pattern, text))


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(MARKDOWN)
def test_code_numbers_negations_and_paths_are_the_same_before_and_after(text: str) -> None:
    after = lean(text)
    for name, pattern in OUTSIDE.items():
        assert found(pattern, after) == found(pattern, text), name
    assert [b.text.strip() for b in blocks(after) if b.kind == "fence"] == [
        b.text.strip() for b in blocks(text) if b.kind == "fence"
    ]


@settings(max_examples=50, deadline=None)
@given(MARKDOWN)
def test_what_is_left_stands_in_the_answer_in_its_order(text: str) -> None:
    rest = iter(text)
    assert all(char in rest for char in lean(text))


@settings(max_examples=50, deadline=None)
@given(MARKDOWN)
def test_blocks_and_sentences_are_the_text(text: str) -> None:
    parts = list(blocks(text))
    assert "".join(part.text for part in parts) == text
    assert all("".join(sentences(part.text)) == part.text for part in parts)


@pytest.mark.parametrize(
    "cut",
    [
        ['Say "Go. Stop." now. ', "Then end."],
        ["Use `a. B` here. ", "Then end."],
        ["It works (on Linux. Mostly.) now. ", "Then end."],
        ["See e.g. Linux, resp. Windows. ", "Then end!"],
        ["Ask J. Doe or Mr. Roe. ", "Then end."],
        ["It is v1.2.3 of a.py now. ", "Then end."],
        ["Done! 🎉 ", "Then end."],
        ["One; two: Three and four... and five. ", "Then end."],
    ],
    ids=lambda cut: cut[0],
)
def test_a_sentence_ends_only_where_another_begins(cut: list[str]) -> None:
    assert list(sentences("".join(cut))) == cut


def test_generated_answers_do_lose_sentences() -> None:
    gone: list[bool] = []

    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(MARKDOWN)
    def count(text: str) -> None:
        gone.append(lean(text) != text)

    count()
    assert sum(gone) > 5


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Do not run it.", "Run it."),
        ("It takes 30 s. It takes 30 s.", "It takes 30 s."),
        ("Run `a`. Go.", "Go."),
        ("```\nx\n```\n\nGo.", "Go."),
        ("If it fails, stop. Go.", "Go."),
        ("You may go.", "You go."),
        ("Edit src/a.py. Go.", "Go."),
        ("| a | b |\n\nGo.", "Go."),
    ],
)
def test_the_check_notices_what_went(before: str, after: str) -> None:
    assert same(before, before, ()) and same(after, after, ())
    assert not same(before, after, ())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        "\x00\x01\xff" * 5000,
        "\ud800 Great question! \udfff\n" * 3,
        "`" * 200_000,
        "Great question! " * 20_000,
        "(" * 300_000 + ")" * 300_000,
        "a. " * 200_000,
        "I hope this helps " * 50_000,
        "```\n" * 50_000,
        "<!--\n" * 50_000,
        "Here's the code:\n\n" * 20_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_hostile_texts_come_back(text: str) -> None:
    after = lean(text)
    rest = iter(text)
    assert all(char in rest for char in after)
    assert after.strip() or not text.strip()


def test_a_text_beyond_the_bound_is_not_looked_at() -> None:
    text = "Great question! " * (MOST_CHARS // 16 + 1)
    done = compress_answer(text, target=0.5)
    assert done.text == text and done.report.reason == f"larger than {MOST_CHARS} characters"
    assert done.report.reached is False


def test_the_shipped_list_is_in_the_tree() -> None:
    assert (Path(__file__).resolve().parents[2] / "rules" / "fillers.toml").is_file()
