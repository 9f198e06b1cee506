"""`check` and `fmt`: what is reported, in which form, and what is mended."""

import json
from typing import Any

import pytest
from flow_world import Shell
from syrupy.assertion import SnapshotAssertion

FAULTY = """\
rule a
  deny provider opnai
  when path under "src/"
  because "so"

rule b
  tag x
  when tsk is code
"""
MENDED = FAULTY.replace("opnai", "openai").replace("tsk", "task")
WARNED = """\
rule first
  route to openai/gpt-6-luna

rule never
  route to mistral/codestral-latest
  when task is code
"""


def test_text_names_place_fault_and_repair(shell: Shell, snapshot: SnapshotAssertion) -> None:
    shell.rules(FAULTY)
    ran = shell.run("check")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out == snapshot


def test_json_holds_every_problem(shell: Shell) -> None:
    shell.rules(FAULTY)
    by_format = json.loads(shell.run("check", "--format", "json").out)
    plain = shell.run("check", "--json").plain
    assert plain["problems"] == by_format and plain["fixed"] == 0
    assert [p["severity"] for p in by_format].count("error") == 2
    assert "opnai" in by_format[0]["message"]


def test_github_annotations_are_one_line_each(shell: Shell) -> None:
    shell.rules(FAULTY)
    lines = shell.run("check", "--format", "github").out.splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["::error", "::notice", "::error"]
    assert "file=.llm-router/policy.rules,line=2,endLine=2,col=17," in lines[0]


def test_sarif_names_rules_places_and_the_program(shell: Shell) -> None:
    shell.rules(FAULTY)
    ran = shell.run("check", "--format", "sarif")
    assert ran.code == 1
    log: dict[str, Any] = json.loads(ran.out)
    [run] = log["runs"]
    assert log["version"] == "2.1.0" and run["tool"]["driver"]["name"] == "llm-router"
    codes = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [r["level"] for r in run["results"]] == ["error", "note", "error"]
    for result in run["results"]:
        assert (
            codes[result["ruleIndex"]] == result["ruleId"]
            if "ruleIndex" in result
            else result["ruleId"] in codes
        )
        [place] = result["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == ".llm-router/policy.rules"
        assert place["physicalLocation"]["region"]["startLine"] in (2, 3, 8)


def test_fix_mends_what_has_one_repair_and_then_nothing_more(shell: Shell) -> None:
    path = shell.rules(FAULTY)
    path.chmod(0o640)
    ran = shell.run("check", "--fix")
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "2 fixed"
    assert path.read_text("utf-8") == MENDED and path.stat().st_mode & 0o777 == 0o640
    before = shell.files()
    assert shell.run("check", "--fix", "--json").plain["fixed"] == 0
    assert shell.files() == before


def test_fix_leaves_a_link_alone(shell: Shell) -> None:
    target = shell.write("repo/shared/real.txt", FAULTY)
    link = shell.repo / ".llm-router" / "policy.rules"
    link.parent.mkdir()
    link.symlink_to(target)
    ran = shell.run("check", "--fix")
    assert ran.code == 1
    assert link.is_symlink() and target.read_text("utf-8") == FAULTY


def test_warnings_pass_unless_strict(shell: Shell) -> None:
    shell.rules(WARNED)
    ran = shell.run("check")
    assert ran.code == 0
    assert "R401" in ran.out and ".llm-router/policy.rules:4" in ran.out and "first" in ran.out
    assert shell.run("check", "--strict").code == 1


def test_clean_policy_says_how_much_was_read(shell: Shell) -> None:
    shell.rules("rule a\n  tag x\n")
    ran = shell.run("check")
    assert ran.code == 0
    assert ran.out.startswith("no problems in 1 policy file (")


COSTED = 'rule dear\n  route to openai/gpt-6-luna\n  when prompt contains "x"\nrule cheap\n  route to ollama/qwen3.5:latest\n'


def test_cost_says_the_most_that_a_decision_and_a_call_take(shell: Shell) -> None:
    shell.rules(COSTED)
    ran = shell.run("check", "--cost", "--tokens", "2000")
    assert ran.code == 0 and ran.out.startswith("no problems in 1 policy file (")
    assert "131,072 characters of the prompt read once" in ran.out
    assert "for openai/gpt-6-luna" in ran.out and "by `dear` (.llm-router/policy.rules:1)" in ran.out
    assert "$0.0000 for ollama/qwen3.5:latest" in ran.out
    plain = shell.run("check", "--cost", "--json").plain
    assert plain["problems"] == [] and plain["cost"]["scans"] == {"prompt": 1}
    assert {one["rule"] for one in plain["cost"]["dearest"]} >= {"dear", "cheap"}
    assert "cost" not in shell.run("check", "--json").plain


def test_cost_of_a_faulty_policy_is_not_said_and_of_no_tokens_is_wrong_usage(shell: Shell) -> None:
    shell.rules("rule dear\n  route to\n")
    ran = shell.run("check", "--cost")
    assert ran.code == 1 and "one decision" not in ran.out
    assert shell.run("check", "--cost", "--tokens", "0").code == 2


def test_pedantic_notes_rules_that_can_disagree(shell: Shell) -> None:
    shell.rules(
        "rule a\n  route to openai/gpt-6-luna\n  when task is code\n"
        'rule b\n  route to mistral/codestral-latest\n  when branch is "main"\n'
    )
    assert shell.run("check").out.startswith("no problems")
    ran = shell.run("check", "--pedantic")
    assert ran.code == 0 and "`b`" in ran.out


UGLY = "# why\nrule   a tag x   when task is code and(hour>3) # late\n"


def test_fmt_writes_the_canonical_form_once_and_keeps_comments(shell: Shell) -> None:
    path = shell.rules(UGLY)
    path.chmod(0o640)
    ran = shell.run("fmt")
    assert ran.code == 0
    assert ran.out == "reformatted ROOT/home/work/payments/.llm-router/policy.rules\n1 file, 1 changed\n"
    text = path.read_text("utf-8")
    assert (
        "# why" in text and "# late" in text and "rule a\n  tag x\n  when task is code and hour > 3" in text
    )
    assert path.stat().st_mode & 0o777 == 0o640
    assert shell.run("fmt").out == "1 file, 0 changed\n"
    assert path.read_text("utf-8") == text


def test_fmt_check_changes_nothing(shell: Shell) -> None:
    path = shell.rules(UGLY)
    ran = shell.run("fmt", "--check")
    assert ran.code == 1 and ran.out.startswith("would reformat ")
    assert path.read_text("utf-8") == UGLY


def test_fmt_leaves_a_file_with_mistakes_as_it_is(shell: Shell) -> None:
    path = shell.rules("rule a tga x\n")
    good = shell.write("repo/.llm-router/ugly.rules", UGLY)
    ran = shell.run("fmt")
    assert ran.code == 1
    assert path.read_text("utf-8") == "rule a tga x\n" and good.read_text("utf-8") != UGLY
    assert "policy.rules:1:6" in ran.out


def test_fmt_takes_files_and_folders(shell: Shell) -> None:
    one, two = shell.write("a/x/one.rules", UGLY), shell.write("b/two.rules", UGLY)
    shell.write("a/x/note.txt", UGLY)
    ran = shell.run("fmt", str(shell.root / "a"), str(two))
    assert ran.out.splitlines()[-1] == "2 files, 2 changed"
    assert one.read_text("utf-8") == two.read_text("utf-8") != UGLY
    assert (shell.root / "a/x/note.txt").read_text("utf-8") == UGLY


def test_fmt_of_a_missing_file_says_so(shell: Shell) -> None:
    ran = shell.run("fmt", "nowhere.rules")
    assert ran.code == 1 and "nowhere.rules" in ran.out


def test_fmt_replaces_no_link(shell: Shell) -> None:
    target = shell.write("outside/file.rules", UGLY)
    link = shell.repo / ".llm-router" / "p.rules"
    link.parent.mkdir()
    link.symlink_to(target)
    ran = shell.run("fmt")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "left ROOT/home/work/payments/.llm-router/p.rules, a symbolic link", "0 files, 0 changed"
    ]  # fmt: skip
    assert link.is_symlink() and target.read_text("utf-8") == UGLY


def test_messages_write_out_control_characters(shell: Shell) -> None:
    shell.rules('rule a\n  tag x\n  when branch is "\\x1b[31m\x1b[31mred\u202e"\n')
    ran = shell.run("check")
    assert ran.code == 1
    assert "\x1b" not in ran.out and "\u202e" not in ran.out


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_every_form_takes_hostile_text(shell: Shell, form: str) -> None:
    shell.rules('rule a tag x when branch is "::error::%0A\r"\nrule \u0430 deny provider "]]>&<b>\'"\n')
    ran = shell.run("check", "--format", form)
    assert ran.code == 1 and ran.err == ""
    assert ran.out.strip()
    if form in ("json", "sarif"):
        json.loads(ran.out)
    if form == "github":
        assert all(line.startswith("::") for line in ran.out.splitlines())


def test_a_sound_policy_is_compiled_for_the_hooks_and_a_faulty_one_is_not(shell: Shell) -> None:
    tables = shell.home / ".llm-router" / "cache" / "tables"
    shell.rules("rule broken\n  route nowhere\n")
    assert shell.run("check").code == 1 and not tables.exists()
    shell.rules("rule sound\n  route to openai/gpt-6-luna\n")
    assert shell.run("check").code == 0 and len(list(tables.iterdir())) == 1
