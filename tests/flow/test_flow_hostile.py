"""Hostile policies: refused with a problem that names the place, nothing written, never a fault of ours."""

import os
from pathlib import Path

import pytest
from flow_world import Ran, Shell

RULES = "repo/.llm-router/policy.rules"
YAML = "repo/.llm-router.yml"
ASK = ("test", "x", "--task", "code", "--complexity", "simple")


def refused(shell: Shell, *said: str) -> Ran:
    """`check` and a decision both refuse, say why, and write nothing, not even a cached table."""
    before = shell.files()
    ran = shell.run("check")
    assert ran.code == 1, ran
    text = ran.out + ran.err
    for words in said:
        assert words in text, text[:2000]
    assert "error" in text and "Traceback" not in text and len(text) < 200_000
    asked = shell.run(*ASK)
    assert asked.code == 1 and asked.out == "" and "Traceback" not in asked.err
    assert shell.files() == before
    assert not list(shell.home.rglob("*.table"))
    return ran


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("profile: [", ".llm-router.yml:"),
        ("profile: {a: 1", ".llm-router.yml:"),
        ("profile: balanced\n\tenforce: shadow\n", ".llm-router.yml:2"),
        ("profile: 'open\n", ".llm-router.yml:"),
        ("profile: balanced\nprofile: premium\n", ".llm-router.yml:2:1"),
        ("profile: balanced\nwebhook: http://evil\n", ".llm-router.yml:2:1"),
        ("profile: 7\n", ".llm-router.yml:1:10"),
        ("block_providers: openai\n", ".llm-router.yml:1:18"),
        ("block_providers: [7]\n", ".llm-router.yml:1:19"),
        ("task_caps: {code: lots}\n", ".llm-router.yml:1:19"),
        ("task_caps: {code: -1}\n", ".llm-router.yml:1:19"),
        ("task_caps: {code: .nan}\n", ".llm-router.yml:1:19"),
        ("task_caps: {code: .inf}\n", ".llm-router.yml:1:19"),
        ("task_caps: {code: true}\n", ".llm-router.yml:1:19"),
        ("task_caps: {sing: 1}\n", ".llm-router.yml:1:13"),
        ("- a\n- b\n", ".llm-router.yml:1:1"),
        ("just text\n", ".llm-router.yml:1:1"),
        ("profile: !!python/object/apply:os.system [id]\n", ".llm-router.yml:1"),
        ("a: &a [x]\nb: *b\n", ".llm-router.yml:2"),
        ("? [a, b]\n: c\n", ".llm-router.yml:1"),
        ("profile: balanced\n---\nprofile: premium\n", ".llm-router.yml:"),
        ("rules: [\"../outside/*.rules\"]\n", ".llm-router.yml:1:9"),
        ("rules: [\"/etc/*.rules\"]\n", ".llm-router.yml:1:9"),
        ("lock: [enforce]\n", ".llm-router.yml:1:1"),
    ],
)  # fmt: skip
def test_broken_yaml_is_refused_with_its_place(shell: Shell, text: str, place: str) -> None:
    shell.write(YAML, text)
    refused(shell, place)


def test_billion_laughs_is_refused(shell: Shell) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    shell.write(YAML, "\n".join(lines) + "\nblock_providers: *a11\n")
    refused(shell, ".llm-router.yml:")


def test_yaml_nested_200_deep_is_refused(shell: Shell) -> None:
    shell.write(YAML, "routing: " + "{a: " * 200 + "1" + "}" * 200 + "\n")
    refused(shell, ".llm-router.yml:1")


@pytest.mark.parametrize("name", [YAML, RULES, "user/routing.yaml"])
def test_directory_instead_of_a_file_is_refused(shell: Shell, name: str) -> None:
    path = shell.write(f"{name}/inner", "")
    refused(shell, path.parent.name)


@pytest.mark.parametrize("name", [YAML, RULES])
def test_dangling_link_is_refused(shell: Shell, name: str) -> None:
    path = shell.write(name, "")
    path.unlink()
    path.symlink_to("nowhere")
    refused(shell, path.name)


@pytest.mark.parametrize("name", [YAML, RULES])
def test_link_out_of_the_repository_is_refused_and_not_read(shell: Shell, name: str) -> None:
    secret = shell.write("outside/secret", "rule\n  hunter2 = 1\n")
    path = shell.write(name, "")
    path.unlink()
    path.symlink_to(secret)
    ran = refused(shell, path.name)
    assert "hunter2" not in ran.out + ran.err


def test_link_that_goes_round_is_refused(shell: Shell) -> None:
    path = shell.write(RULES, "")
    path.unlink()
    path.symlink_to(path)
    refused(shell, path.name)


def test_fifo_does_not_hang(shell: Shell) -> None:
    path = shell.write(RULES, "")
    path.unlink()
    os.mkfifo(path)
    refused(shell, path.name)


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\xff\xfe\x80" * 300,
        b"rule a\n  tag \xff\n",
        b"rule a\x00\n  tag x\n",
        "rule a tag x".encode("utf-16"),
    ],
)
@pytest.mark.parametrize("name", [YAML, RULES])
def test_binary_junk_is_refused(shell: Shell, name: str, data: bytes) -> None:
    shell.write(name, data)
    refused(shell, name.rpartition("/")[2])


def test_rule_file_over_10_mebi_characters_is_refused_before_it_is_parsed(shell: Shell) -> None:
    shell.write(RULES, "# " + "x" * 10_500_000 + "\nrule a tga x\n")
    ran = refused(shell, "policy.rules")
    assert "tga" not in ran.out


@pytest.mark.slow
def test_rule_file_of_10_mb_of_rules_is_refused(shell: Shell) -> None:
    shell.write(RULES, "".join(f"rule r{n}\n  tag x{n} when task is code\n" for n in range(300_000)))
    refused(shell, "policy.rules")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rule a tag x when " + "(" * 200 + "hour > 3" + ")" * 200, "policy.rules:1"),
        ("rule a tag x when " + "not " * 200 + "hour > 3", "policy.rules:1"),
        ("rule a tag x when " + "not (" * 5000 + "hour > 3" + ")" * 5000, "policy.rules:1"),
        ("(" * 100_000, "policy.rules:1:65"),
        ("rule a tag x when " + "(" * 100_000, "policy.rules:1"),
    ],
)
def test_deep_nesting_is_refused(shell: Shell, text: str, said: str) -> None:
    shell.write(RULES, text)
    refused(shell, said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("let a = a\nrule x tag x when a\n", "policy.rules:1"),
        ("let a = b\nlet b = c\nlet c = not a\nrule x tag x when a\n", "policy.rules:"),
        ("rule a tag x over b\nrule b tag x over a\n", "over"),
        ("rule a tag x over a\n", "policy.rules:1"),
        ("rule a tag x\nrule a tag y\n", "policy.rules:2:6"),
        ("let a = hour > 3\nlet a = hour > 4\nrule x tag x when a\n", "policy.rules:2:5"),
        ("rule a deny provider openai deny provider openai lock\n", "lock"),
        ("rule a tag x colour red\n", "policy.rules:1:14"),
        ("rule a tag x when hour is noon\n", "policy.rules:1:"),
        ("rule a tag x when hour > 25\n", "policy.rules:1:"),
        ("rule a tag x when task > code\n", "policy.rules:1:"),
        ("rule a tag x when branch > 3\n", "policy.rules:1:"),
        ('rule a tag x when prompt matches r"("\n', "policy.rules:1:34"),
        ('rule a tag x when prompt matches r"(?=a)"\n', "policy.rules:1:34"),
        ('rule a tag x when prompt matches r"(a)\\1"\n', "policy.rules:1:34"),
        ("rule a tag x until 2026-02-30\n", "policy.rules:1:20"),
        ("rule a tag x rollout 200% of sessions\n", "policy.rules:1:"),
        ("rule a cap total at $-1/day\n", "policy.rules:1:"),
        ("rule a route to @nosuch\n", "policy.rules:1:"),
        ("", None),
    ],
)  # fmt: skip
def test_contradictory_and_mistyped_rules_are_refused(shell: Shell, text: str, said: str | None) -> None:
    shell.write(RULES, text)
    if said is None:
        assert shell.run("check").code == 0
        return
    refused(shell, said)


@pytest.mark.parametrize(
    "text",
    [
        'rule \u0430dmin tag x when branch is "main"\n',
        'rule a tag x when branch is "m\u0430in\u202e"\n',
        "rule a tag x # \u202e hidden \u2066 text\n",
        'rule a tag x when prompt contains "a\u200bb"\n',
        "rule a tag x when t\u0430sk is code\n",
        "rule a tag x\u0000\n",
        "rule a tag x\u2028\n",
    ],
)
def test_look_alike_and_bidirectional_characters_are_refused(shell: Shell, text: str) -> None:
    shell.write(RULES, text)
    ran = refused(shell, "policy.rules:1:")
    assert not set(ran.out) & {"\u202e", "\u2066", "\u200b", "\u0000"}


def test_pattern_that_backtracks_elsewhere_decides(shell: Shell) -> None:
    shell.write(
        RULES,
        'rule a tag hit when prompt matches r"(a+)+$"\nrule b tag other when prompt matches r"^(a|aa)+!$"\n'
        'rule c tag third when prompt matches r"(.*a){20}c"\n',
    )
    prompt = "a" * 5000 + "!"
    plain = shell.run("test", prompt, *ASK[2:], "--json").plain
    assert plain["trace"]["tags"] == ["other"]
    assert shell.run("test", prompt[:-1], *ASK[2:], "--json").plain["trace"]["tags"] == ["hit"]


def test_doubling_lets_are_refused(shell: Shell) -> None:
    lets = ["let a0 = hour > 3 and turn > 2 or weekday is mon"]
    lets += [f"let a{n} = a{n - 1} and a{n - 1} or a{n - 1}" for n in range(1, 40)]
    shell.write(RULES, "\n".join(lets) + "\nrule x tag x when a39\n")
    refused(shell, "policy.rules:")


def test_condition_with_too_many_rows_is_refused(shell: Shell) -> None:
    parts = " and ".join(f'(branch is "a{n}" or user is "b{n}" or host is "c{n}")' for n in range(12))
    shell.write(RULES, f"rule x tag x when {parts}\n")
    refused(shell, "policy.rules:1")


@pytest.mark.parametrize("prompt", ["a\udcffb", "\x01\x02\x1b[31m", "-- --task", "🧨" * 1000, " "])
def test_odd_prompts_in_arguments_are_decided(shell: Shell, prompt: str) -> None:
    ran = shell.run(*ASK[:1], "--task", "code", "--complexity", "simple", "--", prompt)
    assert ran.code == 0
    assert "\x1b" not in ran.out and ran.out.startswith("code/simple -> ")


def test_names_from_the_command_line_are_printed_harmlessly(shell: Shell) -> None:
    shell.write(RULES, 'rule a tag x when branch like "*" and user like "*" and path like "*"\n')
    evil = "\x1b]0;owned\x07\n\u202e"
    ran = shell.run(*ASK, "--branch", evil, "--user", evil, "--path", evil, "--what-if", f"branch={evil}")
    assert ran.code == 0
    assert "\x1b" not in ran.out and "\x07" not in ran.out and "\u202e" not in ran.out


def test_repository_in_a_folder_with_an_odd_name_works(shell: Shell, tmp_path: Path) -> None:
    odd = tmp_path / "home" / "a b\n\u00e9\u4e2d;$(id)"
    (odd / ".llm-router").mkdir(parents=True)
    (odd / ".llm-router" / "p.rules").write_text("rule a tag x\n", "utf-8")
    shell.patch.chdir(odd)
    assert shell.run(*ASK, "--json").plain["trace"]["tags"] == ["x"]
    assert shell.run(*ASK, "--json").plain["trace"]["tags"] == ["x"]
