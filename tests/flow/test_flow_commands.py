"""Every command: help, wrong usage, plain data, and what it says when there is nothing."""

import json
from importlib import import_module
from pathlib import Path

import pytest
from flow_world import ESCAPE, Shell

from router.faces.cli.commands import COMMANDS
from router.faces.cli.main import build_parser

PURE = {
    "check": (),
    "fmt": ("--check",),
    "explain": (),
    "config show": (),
    "config lint": (),
    "policy show": (),
    "policy coverage": (),
    "test": (),
}
"""Commands that only look, with words that make them do so."""


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_every_option_and_an_example(shell: Shell, name: str) -> None:
    ran = shell.run(*name.split(), "--help")
    operation = import_module(COMMANDS[name][0]).OPERATION
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"usage: llm-router {name}")
    assert operation.example in ran.out and operation.name == name
    for parameter in operation.parameters:
        shown = parameter.metavar or parameter.name.upper()
        assert (shown if parameter.positional else f"--{parameter.name.replace('_', '-')}") in ran.out


@pytest.mark.parametrize("name", COMMANDS)
def test_example_is_understood(name: str) -> None:
    import shlex

    operation = import_module(COMMANDS[name][0]).OPERATION
    words = shlex.split(operation.example)
    # What a shell takes for itself is none of ours.
    words = words[: next((at for at, word in enumerate(words) if word in ("<", ">", "|")), None)]
    assert words[: 1 + len(name.split())] == ["llm-router", *name.split()]
    build_parser(operation).parse_args(words[1 + len(name.split()) :])


@pytest.mark.parametrize("name", COMMANDS)
def test_unknown_option_is_wrong_usage(shell: Shell, name: str) -> None:
    before = shell.files()
    ran = shell.run(*name.split(), "--no-such-option")
    assert (ran.code, ran.out) == (2, "")
    assert "usage: llm-router" in ran.err
    assert shell.files() == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--help",), 0, "usage: llm-router COMMAND"),
        (("help",), 0, "usage: llm-router COMMAND"),
        (("--version",), 0, "llm-router "),
        (("config", "--help"), 0, "config show"),
        (("chekc",), 2, "did you mean `check`?"),
        (("wibble-wobble",), 2, "`llm-router --help` lists the commands"),
        (("config",), 2, "config init"),
        (("policy", "shwo"), 2, "policy show"),
        (("policy", "diff", "one"), 2, "required: NEW"),
        (("policy", "diff", "nowhere", "elsewhere"), 2, "`nowhere` is not a folder with a policy"),
        (("policy", "convert"), 2, "required: FILE"),
        (("policy", "show", "--layer", "moon"), 2, "invalid choice"),
        (("policy", "coverage", "--min", "much"), 2, "invalid float value"),
        (("check", "--format", "xml"), 2, "invalid choice"),
        (("explain", "R999"), 2, "there is no code `R999`"),
        (("explain", "nonsense"), 2, "there is no code `nonsense`"),
    ],
)
def test_wrong_words_are_answered_with_what_would_do(
    shell: Shell, words: tuple[str, ...], code: int, said: str
) -> None:
    ran = shell.run(*words)
    assert ran.code == code
    assert said in (ran.out if code == 0 else ran.err)
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("name", PURE)
def test_looking_changes_no_file_and_prints_plain_text(shell: Shell, name: str) -> None:
    shell.run("config", "init")
    before = shell.files()
    ran = shell.run(*name.split(), *PURE[name])
    assert ran.code == 0 and ran.out
    assert ESCAPE not in ran.out and ESCAPE not in ran.err
    assert json.loads(shell.run(*name.split(), *PURE[name], "--json").out)
    assert shell.files() == before


@pytest.mark.parametrize("name", PURE)
def test_empty_repository_is_no_fault(shell: Shell, name: str) -> None:
    before = shell.files()
    ran = shell.run(*name.split(), *PURE[name])
    assert ran.code == 0, ran
    assert ran.out.strip()
    assert shell.files() == before


def test_no_prompt_text_is_written_anywhere(shell: Shell) -> None:
    shell.run("config", "init")
    secret = "xyzzy-plugh-4711"
    for words in (("test", secret), ("test", secret, "--json"), ("test", "-"), ("test", "--jsonl")):
        given = json.dumps({"prompt": secret, "task": "code", "complexity": "simple"})
        ran = shell.run(
            *words,
            "--task",
            "code",
            "--complexity",
            "simple",
            stdin=given if words[-1] == "--jsonl" else secret,
        )
        assert ran.code == 0
        assert secret not in ran.out
    written = [path for path in shell.root.rglob("*") if path.is_file()]
    assert any("cache" in path.parts for path in written)
    assert not any(secret.encode() in path.read_bytes() for path in written)


def test_config_init_writes_a_policy_that_passes_its_own_check(shell: Shell) -> None:
    ran = shell.run("config", "init")
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == "next: llm-router test"
    assert (shell.repo / ".llm-router.yml").is_file() and (shell.repo / ".llm-router/policy.rules").is_file()
    assert shell.run("check", "--strict").code == 0
    assert shell.run("fmt", "--check").code == 0
    assert shell.run("config", "lint").code == 0


def test_config_init_never_overwrites(shell: Shell) -> None:
    shell.write("repo/.llm-router.yml", "profile: premium\n")
    before = shell.files()
    ran = shell.run("config", "init")
    assert (ran.code, ran.out) == (1, "")
    assert "exists already; nothing was written" in ran.err
    assert shell.files() == before


def test_config_init_by_force_keeps_what_was_there(shell: Shell) -> None:
    shell.write("repo/.llm-router.yml", "profile: premium\n")
    assert shell.run("config", "init", "--force").code == 0
    assert (shell.repo / ".llm-router.yml.bak").read_text("utf-8") == "profile: premium\n"
    first = (shell.repo / ".llm-router.yml").read_text("utf-8")
    assert first.startswith("# Policy of this repository")
    assert shell.run("config", "init", "--force").code == 0
    backups = sorted(p.read_text("utf-8") for p in shell.repo.glob(".llm-router.yml.bak*"))
    assert "profile: premium\n" in backups, "a second --force lost the user's own file"


def test_config_init_does_not_follow_a_symlink(shell: Shell) -> None:
    target = shell.write("outside/file", "mine\n")
    (shell.repo / ".llm-router.yml").symlink_to(target)
    assert shell.run("config", "init").code == 1
    assert shell.run("config", "init", "--force").code == 0
    assert target.read_text("utf-8") == "mine\n"


def test_config_show_says_where_a_value_comes_from_and_what_it_overrode(shell: Shell) -> None:
    shell.write("repo/.llm-router.yml", "# mine\nprofile: premium\n")
    shell.write("user/routing.yaml", "profile: budget\nenforce: enforce\n")
    lines = shell.run("config", "show", "--origin").out.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("profile"))
    assert lines[at].split("  ", 1)[1].strip() == "premium   [repo: .llm-router.yml:2:10]"
    assert "overrode budget [user: " in lines[at + 1] and "routing.yaml:1:10]" in lines[at + 1]
    assert "overrode balanced [built-in: " in lines[at + 2]
    found = {s["key"]: s for s in shell.run("config", "show", "--json").plain["settings"]}
    assert found["profile"]["value"] == "premium" and found["profile"]["layer"] == "repo"
    assert [o["value"] for o in found["profile"]["overrode"]] == ["budget", "balanced"]
    assert [s["key"] for s in shell.run("config", "show", "enf", "--json").plain["settings"]] == ["enforce"]


def test_environment_is_the_strongest_origin(shell: Shell) -> None:
    shell.write("repo/.llm-router.yml", "profile: premium\n")
    shell.patch.setenv("LLM_ROUTER_PROFILE", "budget")
    line = shell.run("config", "show", "profile", "--origin").out.splitlines()[0]
    assert line.startswith("profile  budget") and line.endswith("[environment: LLM_ROUTER_PROFILE]")
    assert (
        shell.run("test", "x", "--task", "code", "--complexity", "simple", "--json").plain["profile"]
        == "budget"
    )


@pytest.mark.parametrize("command", ["config show", "config lint", "check"])
def test_fault_in_yaml_is_placed(shell: Shell, command: str) -> None:
    shell.write("repo/.llm-router.yml", "profile: balanced\nenfroce: shadow\n")
    ran = shell.run(*command.split())
    assert ran.code == 1
    assert ".llm-router.yml:2:1" in ran.out and "did you mean `enforce`?" in ran.out


def test_explain_prints_the_page(shell: Shell) -> None:
    ran = shell.run("explain", "r301")
    assert ran.code == 0
    assert ran.out.startswith("R301: ") and "reported for:" in ran.out and "repaired:" in ran.out
    plain = shell.run("explain", "R301", "--json").plain
    assert list(plain) == ["code", "title", "why", "bad", "good"] and all(plain.values())


def test_explain_without_a_code_lists_them_all(shell: Shell) -> None:
    codes = shell.run("explain", "--json").plain
    lines = shell.run("explain").out.splitlines()
    assert [line[:4] for line in lines] == sorted(codes) and len(lines) > 60
    assert all(shell.run("explain", code).code == 0 for code in list(codes)[::10])


def test_policy_show_is_in_the_one_order(shell: Shell) -> None:
    shell.rules("rule a tag one\nrule b tag two when task is code over a\n")
    shell.write("user/rules/mine.rules", 'rule c\n  deny provider xai\n  because "so"\n')
    ran = shell.run("policy", "show", "--json").plain["rules"]
    assert [(r["rank"], r["rule"], r["layer"]) for r in ran][:3] == [
        (1, "b", "repo"),
        (2, "a", "repo"),
        (3, "c", "user"),
    ]
    assert ran[0]["when"] == "task is code" and ran[1]["when"] is None
    assert ran[2]["effects"] == ["deny xai"] and ran[2]["because"] == "so"
    assert {r["layer"] for r in ran} == {"repo", "user", "built-in"}
    only = shell.run("policy", "show", "--layer", "user").out.splitlines()
    assert only[0].split() == ["3", "c", "[user:", only[0].split()[3]] and only[1:] == [
        "        deny xai",
        '        because "so"',
    ]


def test_policy_convert_turns_yaml_into_rules_that_decide_alike(shell: Shell) -> None:
    yaml = "profile: premium\nblock_providers: [openai]\nrouting:\n  code: {model: mistral/codestral-latest}\ntask_caps: {code: 10.00}\n"
    shell.write("repo/.llm-router.yml", yaml)
    asked = ("test", "x", "--task", "code", "--complexity", "simple", "--path", "a", "--json")
    before = shell.run(*asked).plain
    out = shell.repo / ".llm-router" / "settings.rules"
    out.parent.mkdir()
    ran = shell.run("policy", "convert", ".llm-router.yml", "--out", str(out))
    assert ran.code == 0, ran
    (shell.repo / ".llm-router.yml").unlink()
    after = shell.run(*asked).plain
    for field in ("chain", "denied", "profile", "mode", "outcome"):
        assert after[field] == before[field]
    assert [c["usd"] for c in after["trace"]["caps"]] == [c["usd"] for c in before["trace"]["caps"]] == [10.0]


def test_policy_convert_refuses_what_yaml_cannot_say(shell: Shell) -> None:
    path = shell.rules("rule a\n  tag x\n  when task is code and hour > 3\n")
    out = shell.root / "home" / "out.yml"
    ran = shell.run("policy", "convert", str(path), "--out", str(out))
    assert ran.code == 1 and not out.exists()
    assert "policy.rules:1" in ran.out


def test_policy_convert_of_a_missing_file_says_so(shell: Shell) -> None:
    ran = shell.run("policy", "convert", "nowhere.yml")
    assert ran.code == 1 and "nowhere.yml" in ran.out + ran.err


@pytest.mark.parametrize(
    "words",
    [
        ("test", "--junit", "/proc/nowhere/report.xml"),
        ("policy", "convert", ".llm-router.yml", "--out", "/proc/nowhere/x.rules"),
        ("policy", "convert", ".llm-router.yml", "--out", "."),
    ],
)
def test_place_that_cannot_be_written_is_said(shell: Shell, words: tuple[str, ...]) -> None:
    shell.run("config", "init")
    before = shell.files()
    ran = shell.run(*words)
    assert (ran.code, ran.out) == (1, "")
    assert (
        words[-1].rpartition("/x.rules")[0].removesuffix("/report.xml") in ran.err
        and len(ran.err.splitlines()) == 1
    )
    assert shell.files() == before


def folder(shell: Shell, name: str, text: str) -> str:
    shell.write(f"{name}/.llm-router/p.rules", text)
    return str(shell.root / name)


def test_policy_diff_prints_a_request_for_each_change(shell: Shell) -> None:
    old = folder(shell, "old", 'rule a\n  deny provider openai\n  when path under "src/pay/"\n')
    new = folder(shell, "new", 'rule a\n  deny provider openai\n  when path under "src/pay/x/"\n')
    ran = shell.run("policy", "diff", old, new)
    assert ran.code == 0
    assert "denied (a)" in ran.out and "src/pay/" in ran.out and "was deny openai" in ran.out
    assert shell.run("policy", "diff", old, new, "--exit-code").code == 1
    assert shell.run("policy", "diff", old, new, "--json").plain["differences"][-1]["what"] == "denied"


def test_policy_diff_of_the_same_meaning_is_empty(shell: Shell) -> None:
    old = folder(
        shell,
        "old",
        'let p = path under "a/"\nrule x deny provider openai when p\nrule y cap call at $1/call\n',
    )
    new = folder(
        shell, "new", 'rule y cap call at $1/call\nrule x deny provider openai when path under "a"\n'
    )
    ran = shell.run("policy", "diff", old, new, "--exit-code")
    assert ran.code == 0, ran.out


def test_policy_diff_sees_that_two_routes_changed_places(shell: Shell) -> None:
    one = "rule a route to openai/gpt-6-luna when task is code\n"
    two = 'rule b route to xai/grok-4.7 when branch is "main"\n'
    ran = shell.run(
        "policy", "diff", folder(shell, "old", one + two), folder(shell, "new", two + one), "--json"
    )
    [difference] = ran.plain["differences"]
    assert (difference["what"], difference["old"], difference["new"]) == (
        "chain",
        "openai/gpt-6-luna",
        "xai/grok-4.7",
    )
    assert difference["request"] == {"task": "code", "branch": "main"}


def test_policy_diff_of_a_policy_with_errors_shows_them(shell: Shell) -> None:
    old, new = folder(shell, "old", "rule a tag x\n"), folder(shell, "new", "rule a tga x\n")
    ran = shell.run("policy", "diff", old, new)
    assert (ran.code, ran.out) == (1, "") and "p.rules:1:6" in ran.err


@pytest.mark.slow
def test_pipe_and_no_color_give_no_escape_codes(shell: Shell, tmp_path: Path) -> None:
    import os
    import pty
    import subprocess
    import sys

    def on_terminal(**environ: str) -> bytes:
        parent, child = pty.openpty()
        words = [sys.executable, "-c", "from router.faces.cli.main import run; run()"]
        env = {**os.environ, "TERM": "xterm", "PYTHONPATH": str(Path(__file__).parents[2]), **environ}
        subprocess.run(
            [*words, "explain", "R999"], stdout=child, stderr=child, env=env, cwd=shell.repo, check=False
        )
        subprocess.run(
            [*words, "test", "x", "--task", "code", "--complexity", "simple"],
            stdout=child, stderr=child, env=env, cwd=shell.repo, check=True,
        )  # fmt: skip
        os.close(child)
        got = b""
        try:
            while piece := os.read(parent, 65536):
                got += piece
        except OSError:
            pass
        os.close(parent)
        return got

    assert b"\x1b[" in on_terminal()
    assert b"\x1b" not in on_terminal(NO_COLOR="1")
    assert b"\x1b" not in on_terminal(TERM="dumb")
