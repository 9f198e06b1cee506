"""`outcomes import` and `outcomes show`: what they write, say and refuse."""

import stat

import pytest

from tests.outcomes.made import line, lines
from tests.outcomes.shell import Shell

MAPPED = ("--map", "strong=openai/gpt-6.1-sol", "--map", "weak=deepseek/deepseek-v4-flash")


def imported(shell: Shell, *more: str) -> str:
    path = shell.write("measured.jsonl", lines())
    ran = shell.run("outcomes", "import", path, *MAPPED, *more)
    assert ran.code == 0, ran
    return ran.out


def test_import_and_show_are_commands_of_the_program(shell: Shell) -> None:
    path = shell.write("measured.jsonl", lines())
    assert shell.process("outcomes", "import", path, *MAPPED).code == 0
    shown = shell.process("outcomes", "show")
    assert shown == shell.run("outcomes", "show") and "code/complex" in shown.out


def test_import_writes_the_table_for_its_owner_alone_and_says_what_it_holds(shell: Shell) -> None:
    said = imported(shell)
    assert stat.S_IMODE(shell.table.stat().st_mode) == 0o600
    assert stat.S_IMODE(shell.user.stat().st_mode) == 0o700
    assert "40 outcomes of 2 models: code 40" in said and "their validation part, 20 prompts" in said
    # Nine tenths are scored at ten cents in all: 10 easy prompts go to the weak model, 10 hard ones do not.
    assert "score 0.9000  $0.1100" in said
    assert [path.name for path in shell.user.iterdir()] == ["outcomes.json"]


def test_dry_run_writes_nothing(shell: Shell) -> None:
    assert "nothing was written" in imported(shell, "--dry-run")
    assert not shell.user.exists()


def test_table_that_is_there_is_kept_unless_it_is_to_be_replaced(shell: Shell) -> None:
    imported(shell)
    before = shell.table.read_bytes()
    path = shell.write("other.jsonl", lines(60))
    ran = shell.run("outcomes", "import", path, *MAPPED)
    assert ran.code == 1 and "--replace" in ran.err and shell.table.read_bytes() == before
    assert shell.run("outcomes", "import", path, *MAPPED, "--replace").code == 0
    assert shell.table.read_bytes() != before


def test_order_of_the_files_and_of_their_lines_makes_no_difference(shell: Shell) -> None:
    all_lines = lines().splitlines(keepends=True)
    one, two = shell.write("a.jsonl", "".join(all_lines)), shell.write("b.jsonl", "".join(all_lines[::-1]))
    kept = []
    for path in (one, two):
        shell.run("outcomes", "import", path, *MAPPED, "--replace")
        kept.append(shell.run("outcomes", "show", "--json").plain["cells"])
    assert kept[0] == kept[1] != []


def test_remove_takes_the_table_away(shell: Shell) -> None:
    imported(shell)
    assert shell.run("outcomes", "import", "--remove").code == 0
    assert not shell.table.exists()
    again = shell.run("outcomes", "import", "--remove")
    assert again.code == 0 and "no outcome table" in again.out


def test_show_prints_the_order_and_why(shell: Shell) -> None:
    imported(shell)
    plain = shell.run("outcomes", "show", "--task", "code", "--json").plain
    order = {each["cell"]["complexity"]: [row["model"] for row in each["order"]] for each in plain["cells"]}
    weak, strong = "deepseek/deepseek-v4-flash", "openai/gpt-6.1-sol"
    assert order["simple"] == [weak, strong] and order["complex"] == [strong, weak]
    text = shell.run("outcomes", "show").out
    assert "code/complex" in text and "λ =" in text and strong in text
    assert "no outcomes of query" in shell.run("outcomes", "show", "--task", "query").out


def test_show_without_a_table_says_how_to_make_one(shell: Shell) -> None:
    ran = shell.run("outcomes", "show")
    assert ran.code == 0 and "outcomes import FILE" in ran.out


GOOD = {"m": {"score": 1, "cost": 0.5}}
BAD = {
    "junk": b"\x00\xff\xfe{{{\n",
    "no object": b"[1, 2]\n",
    "deep": b"[" * 100_000 + b"\n",
    "no models": line(1, {}).encode(),
    "a list of models": line(1, GOOD).replace('{"m"', '[{"m"').replace("0.5}}", "0.5}}]").encode(),
    "score above 1": line(1, {"m": {"score": 1.5, "cost": 0}}).encode(),
    "score no number": line(1, {"m": {"score": "high", "cost": 0}}).encode(),
    "score true": line(1, {"m": {"score": True, "cost": 0}}).encode(),
    "not a number": b'{"id": "a", "category": "code", "models": {"m": {"score": NaN}}}',
    "huge": b'{"id": "a", "category": "code", "models": {"m": {"score": 1, "cost": 1' + b"0" * 400 + b"}}}",
    "cost below 0": line(1, {"m": {"score": 1, "cost": -1}}).encode(),
    "a task that is none": line(1, GOOD, task="cooking").encode(),
    "a category that is none": line(1, GOOD, category="cooking").encode(),
    "an id of control characters": line(1, GOOD, id="a\u001b[31m").encode(),
    "a long line": b'{"id": "' + b"x" * (4 * 1024 * 1024) + b'"}\n',
    "the same prompt twice": (line(7, GOOD) + "\n" + line(7, GOOD)).encode(),
}


@pytest.mark.parametrize("what", BAD)
def test_line_that_cannot_be_used_is_named_and_nothing_is_written(shell: Shell, what: str) -> None:
    first = line(99, GOOD).encode() + b"\n"
    path = shell.write("measured.jsonl", first + BAD[what])
    ran = shell.run("outcomes", "import", path)
    at = 3 if what == "the same prompt twice" else 2
    assert ran.code == 1 and f"measured.jsonl:{at}: " in ran.err, ran
    assert len(ran.err.strip().splitlines()) == 1 and "\x1b" not in ran.err and len(ran.err) < 500
    assert not shell.user.exists()


def test_words_that_cannot_be_meant_are_wrong_usage(shell: Shell) -> None:
    path = shell.write("measured.jsonl", lines())
    for words in (
        (path, "--floor", "0"), (path, "--floor", "nan"), (path, "--map", "nobody=a/b"), (path, "--map", "weak=b"),
        (path, "--task", "cooking"), (path, "--map", "weak=a/b", "--map", "strong=a/b"), (), (path, "--remove"),
    ):  # fmt: skip
        ran = shell.run("outcomes", "import", *words)
        assert ran.code == 2 and len(ran.err.strip().splitlines()) == 1, (words, ran)
    assert not shell.user.exists()


def test_too_few_outcomes_or_none_with_a_cost_are_refused(shell: Shell) -> None:
    few = shell.write("few.jsonl", lines(6))
    ran = shell.run("outcomes", "import", few)
    assert ran.code == 1 and "too few" in ran.err
    free = shell.write("free.jsonl", "\n".join(line(n, {"m": {"score": 1}}) for n in range(30)))
    ran = shell.run("outcomes", "import", free)
    assert ran.code == 1 and "`cost`" in ran.err
    ran = shell.run("outcomes", "import", str(shell.root / "nowhere.jsonl"))
    assert ran.code == 1 and "nowhere.jsonl" in ran.err
    assert not shell.user.exists()


def test_prompts_of_the_files_go_nowhere(shell: Shell) -> None:
    text = "\n".join(line(n, GOOD, prompt="a very private sentence") for n in range(30))
    path = shell.write("measured.jsonl", text)
    ran = shell.run("outcomes", "import", path)
    assert ran.code == 0
    kept = b"".join(p.read_bytes() for p in shell.user.rglob("*") if p.is_file())
    assert b"private" not in kept and "private" not in ran.out + ran.err
