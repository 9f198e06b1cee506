"""An organisation's policy is read, kept, and never silently gone."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from layers_world import NOON, World, copies, in_force, refuses_everything, rules, setting, under

GOOD = "block_providers: [deepseek]\nenforce: enforce\nlock: [enforce]\n"


# ---- where it is


@pytest.mark.parametrize("place", ["user/org-policy.yaml", "system/policy.yaml"])
def test_a_policy_at_a_usual_place_is_read(place: str, world: World) -> None:
    world.write(place, GOOD)
    sources = world.read()
    assert in_force(sources) == ["deny deepseek", "mode enforce"]
    assert sources.problems == ()


def test_the_environment_goes_before_the_users_file_before_the_usual_places(world: World) -> None:
    for name, profile in (
        ("org/env.yaml", "budget"),
        ("org/user.yaml", "balanced"),
        ("user/org-policy.yaml", "premium"),
    ):
        world.write(name, f"profile: {profile}\n")
    world.write("system/policy.yaml", "block_providers: [openai]\n")
    assert in_force(world.read()) == ["profile premium"]
    world.write("user/routing.yaml", f"organisation: {{file: {world.path('org/user.yaml')}}}\n")
    assert in_force(world.read()) == ["profile balanced"]
    world.environ["LLM_ROUTER_ORG_POLICY"] = str(world.path("org/env.yaml"))
    assert in_force(world.read()) == ["profile budget"]


def test_no_organisation_is_no_layer(world: World) -> None:
    assert world.read().layers == ()


def test_rule_files_are_relative_to_the_policy(world: World) -> None:
    world.write("org/rules/a.rules", "")
    policy = world.write("org/policy.yaml", GOOD + 'rules: ["rules/*.rules"]\n')
    world.environ["LLM_ROUTER_ORG_POLICY"] = str(policy)
    sources = world.read()
    assert [f.file for f in sources.layers[0].files] == [f"{policy.parent}/rules/a.rules", str(policy)]


def test_locks_stand_on_the_keys_they_name(world: World) -> None:
    text = (
        "profile: budget\nrouting: {code: {model: a/b}, query: {model: c/d}}\nlock: [routing.code, profile]\n"
    )
    world.write("user/org-policy.yaml", text)
    locked = {name: str(rule.lock) for name, rule in rules(world.read()).items() if rule.lock}
    assert locked == {
        "profile": "~/.llm-router/org-policy.yaml:3:22",
        "routing-code": "~/.llm-router/org-policy.yaml:3:8",
    }


def test_a_lock_on_routing_locks_every_task(world: World) -> None:
    world.write(
        "user/org-policy.yaml", "routing: {code: {model: a/b}, query: {model: c/d}}\nlock: [routing]\n"
    )
    assert all(rule.lock for rule in rules(world.read()).values())


def test_what_only_an_organisation_says_is_a_setting(world: World) -> None:
    world.write(
        "user/org-policy.yaml",
        "audit: {retention_days: 400}\nteam: {store: postgresql://db.example/router}\n",
    )
    sources = world.read()
    assert setting(sources, "audit.retention_days").value == 400
    assert setting(sources, "team.store").value == "postgresql://db.example/router"


# ---- when it cannot be read

FAULTS = {
    "broken YAML": "block_providers: [deepseek\n",
    "an unknown key": "block_provider: [deepseek]\n",
    "a lock on nothing": "lock: [profile]\n",
    "rules that are not there": "rules: [gone.rules]\n",
    "not text": b"\xff\xfe",
    "too large": "#" * (1024 * 1024 + 1),
    "gone": None,
}


def spoil(path: Path, fault: str) -> None:
    content = FAULTS[fault]
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))


@pytest.mark.parametrize("fault", FAULTS)
def test_without_an_earlier_copy_everything_is_refused(fault: str, world: World) -> None:
    path = world.write("org/policy.yaml", GOOD)
    world.environ["LLM_ROUTER_ORG_POLICY"] = str(path)
    spoil(path, fault)
    sources = world.read()
    assert refuses_everything(sources)
    assert in_force(sources) == ["refuse"]
    assert "R240" in [p.code for p in sources.problems if p.severity == "error"]
    assert copies(world) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_the_last_good_copy_stands_in_and_its_date_is_told(fault: str, world: World) -> None:
    world.write("org/a.rules", "")
    path = world.write("org/policy.yaml", GOOD + "rules: [a.rules]\n")
    world.environ["LLM_ROUTER_ORG_POLICY"] = str(path)
    good = world.read()
    assert good.refusal == ()
    spoil(path, fault)
    world.now = NOON + timedelta(days=3)
    sources = world.read()
    assert in_force(sources) == in_force(good) == ["deny deepseek", "mode enforce"]
    assert {p.severity for p in sources.problems} == {"warning"}
    (told_so,) = [p for p in sources.problems if p.code == "R241"]
    assert told_so.help == "the copy of 2026-11-25 12:00 UTC is in force"
    assert setting(sources, "enforce").locked is not None


def test_a_damaged_rule_file_counts_as_much_as_a_damaged_policy(world: World) -> None:
    world.write("org/a.rules", "")
    path = world.write("org/policy.yaml", GOOD + "rules: [a.rules]\n")
    world.environ["LLM_ROUTER_ORG_POLICY"] = str(path)
    assert len(world.read().layers[0].files) == 2
    world.write("org/a.rules", b"\xff")
    sources = world.read()
    assert len(sources.layers[0].files) == 2
    assert "R241" in [p.code for p in sources.problems]


def test_a_copy_is_private_and_written_only_when_it_changes(world: World) -> None:
    world.write("user/org-policy.yaml", GOOD)
    world.read()
    (copy,) = copies(world)
    before = copy.stat()
    assert stat.S_IMODE(before.st_mode) == 0o600
    world.read()
    assert copy.stat().st_ino == before.st_ino
    world.write("user/org-policy.yaml", "profile: budget\n")
    world.read()
    assert copy.stat().st_ino != before.st_ino


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"texts": [1], "body": "", "signature": ""}', "\0"])
def test_a_damaged_copy_is_no_copy(text: str, world: World) -> None:
    world.write("user/org-policy.yaml", GOOD)
    world.read()
    copies(world)[0].write_text(text)
    world.write("user/org-policy.yaml", "[")
    assert refuses_everything(world.read())


def test_a_folder_that_takes_no_copy_is_a_warning(world: World) -> None:
    world.write("user/org-policy.yaml", GOOD)
    world.write("user/org", "a file where the folder should be")
    sources = world.read()
    assert [p.code for p in sources.problems] == ["R242"]
    assert in_force(sources) == ["deny deepseek", "mode enforce"]


@pytest.mark.parametrize("policy", [GOOD, "rules: [a.rules]\n"])
def test_a_locked_mode_keeps_the_hooks_in(policy: str, world: World) -> None:
    world.write("user/a.rules", 'rule strict mode enforce when branch is "main" lock\n')
    world.write("user/org-policy.yaml", policy)
    world.write("repo/.llm-router.yml", "enforce: off\n")
    world.environ["LLM_ROUTER_ENFORCE"] = "off"
    hooks = setting(world.read(), "hooks")
    assert (hooks.value, hooks.layer, [o.layer for o in hooks.overrode]) == (
        True,
        "org",
        ["environment", "repo"],
    )


def test_without_a_lock_hooks_can_be_left_out(world: World) -> None:
    world.write("user/org-policy.yaml", "enforce: enforce\n")
    world.write("repo/.llm-router.yml", "enforce: off\n")
    assert setting(world.read(), "hooks").value is False


def test_a_policy_named_by_the_environment_is_blamed_there(world: World) -> None:
    world.environ |= {"LLM_ROUTER_PROFILE": "budget", "LLM_ROUTER_ORG_POLICY": "/gone.yaml"}
    sources = world.read()
    assert refuses_everything(sources)
    assert under(sources.texts["environment"], sources.problems[0].span) == "/gone.yaml"
    assert setting(sources, "organisation.file").value == "/gone.yaml"
