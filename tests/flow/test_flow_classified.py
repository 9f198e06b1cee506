"""Prompts that the classifier judges: what the dry run says of them."""

import json
import re

from flow_world import Shell

PROMPT = "fix the race condition in the ledger's retry loop"


def test_judgement_comes_with_its_confidence(shell: Shell) -> None:
    plain = shell.run("test", PROMPT, "--json").plain
    assert plain["task"] == "code" and plain["complexity"] in ("simple", "moderate", "complex", "deep")
    assert 0 < plain["confidence"] <= 1 and 0 < plain["complexity_confidence"] <= 1
    assert plain["trace"]["judgement"]["source"] == "classifier"
    assert plain["chain"] and plain["rules"]
    lines = shell.run("test", PROMPT).out.splitlines()
    assert re.fullmatch(r"code/\w+ -> \S+ · rule by-tier", lines[0])
    assert re.fullmatch(r"task        code \(by the classifier, \d+% sure(, \w+ \d+%)?\)", lines[2])


def test_same_prompt_gives_the_same_words(shell: Shell) -> None:
    assert shell.run("test", PROMPT).out == shell.run("test", PROMPT).out


def test_follow_up_takes_the_last_route(shell: Shell) -> None:
    plain = shell.run("test", "yes, go on", "--last-route", "research/complex", "--json").plain
    assert (plain["task"], plain["complexity"], plain["abstained"]) == ("research", "complex", False)
    assert (
        "inherited from the session's last route"
        in shell.run("test", "yes, go on", "--last-route", "research/complex").out
    )
    fresh = shell.run("test", PROMPT, "--last-route", "research/complex", "--json").plain
    assert fresh["task"] == "code"


def test_rule_that_classifies_goes_before_the_classifier(shell: Shell) -> None:
    shell.rules('rule alembic classify as code/complex when prompt contains "alembic"\n')
    plain = shell.run("test", "what is alembic?", "--json").plain
    assert (plain["task"], plain["complexity"], plain["confidence"]) == ("code", "complex", 1.0)
    assert "classify:alembic" in plain["rules"]
    assert "code (by rule alembic" in shell.run("test", "what is alembic?").out


def test_pinned_route_still_reports_task_and_complexity(shell: Shell) -> None:
    shell.rules("rule all route to openai/gpt-6-luna\n")
    free = shell.run("test", PROMPT, "--json").plain
    assert free["chain"] == ["openai/gpt-6-luna"] and free["task"] == "code" and free["complexity"]


def test_batch_judges_as_the_single_form_does(shell: Shell) -> None:
    prompts = [PROMPT, "what does os.path.join do?", "draw a fox", "hmm", "", "数据库查询很慢，怎么优化？"]
    lines = shell.run("test", "--jsonl", stdin="\n".join(json.dumps({"prompt": p}) for p in prompts)).lines
    for prompt, line in zip(prompts, lines, strict=True):
        single = shell.run("test", "--json", "--", prompt).plain
        del single["trace"], line["id"]
        assert line == single


def test_test_blocks_are_judged_by_the_classifier(shell: Shell) -> None:
    shell.rules(f'test "a fix is code"\n  given prompt "{PROMPT}"\n  expect task code\n')
    assert shell.run("test").code == 0


def test_damaged_user_weights_are_not_used(shell: Shell) -> None:
    good = shell.run("test", PROMPT, "--json").plain
    shell.write("user/classifier/weights.bin", b"junk")
    assert shell.run("test", PROMPT, "--json").plain == good
