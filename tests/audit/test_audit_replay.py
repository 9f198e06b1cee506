"""`policy replay` on what was recorded."""

from tests.audit.shell import PROMPTS, Shell

LOCAL = """
rule queries-are-local
  route to ollama/qwen3.5:latest
  when task is query
"""
PINNED = """
rule code-goes-to-openai
  route to openai/gpt-5.6
  when task is code
"""
ALEMBIC = """
rule alembic
  route to openai/gpt-5.6
  when prompt contains "alembic"
"""


def test_the_same_policy_changes_nothing(shell: Shell) -> None:
    shell.rules(LOCAL)
    shell.record(*PROMPTS)
    found = shell.plain("policy", "replay")
    assert (found["decisions"], found["same"], found["changed"], found["untold"], found["other_policy"]) == (3, 3, 0, 0, 0)
    assert shell.run("policy", "replay", "--strict")[0] == 0


def test_a_candidate_says_how_many_change_and_what_that_costs(shell: Shell) -> None:
    shell.rules(LOCAL)
    shell.record(*PROMPTS)
    candidate = shell.rules(PINNED, "candidate")
    found = shell.plain("policy", "replay", "--policy", str(candidate))
    assert (found["decisions"], found["changed"] + found["same"]) == (3, 3)
    now = {(one["now"], one["decisions"]) for one in found["first_model"]}
    assert ("openai/gpt-5.6", 2) in now
    assert found["cost_now_usd"] > found["cost_then_usd"] or found["unpriced"]
    assert found["fields"]["chain"] == found["changed"] == len(found["witnesses"])
    code, out, _ = shell.run("policy", "replay", "--policy", str(candidate), "--strict")
    assert code == 1
    assert out.startswith(f"{found['changed']} of 3 recorded decisions change")
    assert "-> openai/gpt-5.6" in out


def test_a_policy_that_changed_since_is_called_the_candidate(shell: Shell) -> None:
    shell.rules(LOCAL)
    shell.record(*PROMPTS)
    shell.rules(PINNED)
    _, out, _ = shell.run("policy", "replay")
    assert "3 were made by another policy than the one in force, which is the candidate here" in out


def test_a_new_question_about_prompts_is_counted_apart(shell: Shell) -> None:
    shell.rules(LOCAL)
    shell.record(*PROMPTS)
    candidate = shell.rules(ALEMBIC, "candidate")
    found = shell.plain("policy", "replay", "--policy", str(candidate))
    assert (found["untold"], found["same"] + found["changed"]) == (3, 0)
    code, out, _ = shell.run("policy", "replay", "--policy", str(candidate))
    assert code == 0 and "3 cannot be told:" in out


def test_a_kept_text_answers_every_question(shell: Shell) -> None:
    shell.rules(LOCAL)
    shell.record(*PROMPTS, kept="text")
    candidate = shell.rules(ALEMBIC, "candidate")
    found = shell.plain("policy", "replay", "--policy", str(candidate))
    assert (found["untold"], found["decisions"]) == (0, 3)
    assert {"then": found["first_model"][0]["then"], "now": "openai/gpt-5.6", "decisions": 1} in found["first_model"]


def test_an_empty_log_is_said(shell: Shell) -> None:
    assert shell.run("policy", "replay") == (0, "no decision is recorded that fits\n", "")


def test_a_candidate_that_is_no_folder_is_wrong_usage(shell: Shell) -> None:
    code, _, err = shell.run("policy", "replay", "--policy", "nowhere")
    assert code == 2 and "is not a folder with a policy" in err
