"""An organisation's policy is read, kept, and never silently gone."""

import base64
import json
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from layers_server import PolicyServer, Signer, serving
from layers_world import NOON, World, rules, setting, shown, told, under

from router.policy.sources import FetchError, Sources
from router.policy.sources.fetch import fetch_https
from router.policy.sources.values import UNREADABLE

GOOD = "block_providers: [deepseek]\nenforce: enforce\nlock: [enforce]\n"
RULE = "rule inline-refusal\n  refuse\n"


def refuses_everything(sources: Sources) -> bool:
    """One locked rule without a condition refuses, and the reason is told."""
    rule = rules(sources, "org").get(UNREADABLE)
    return (
        rule is not None
        and [told(e) for e in rule.effects] == ["refuse"]
        and rule.when is None
        and rule.lock is not None
        and bool(rule.because)
        and [layer.name for layer in sources.refusal] == ["org"]
        and [p.code for p in sources.problems if p.severity == "error"][:1] != []
    )


def in_force(sources: Sources) -> list[str]:
    return [told(effect) for rule in rules(sources, "org").values() for effect in rule.effects]


def copies(world: World) -> list[Path]:
    return [path for path in (world.user / "org").glob("*.json") if not path.name.endswith(".looked.json")]


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


# ---- over HTTPS


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyServer]:
    with serving(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def signer(server: PolicyServer, world: World) -> Signer:
    server.pages.clear()
    server.asked.clear()
    made = Signer()
    world.write("user/routing.yaml", f'organisation: {{url: "{server.url}", public_key: "{made.public}"}}\n')
    return made


def test_a_signed_policy_is_fetched_once_and_kept(server: PolicyServer, signer: Signer, world: World) -> None:
    server.publish(GOOD, signer)
    first = world.read(fetch=server.fetch)
    assert first.problems == () and in_force(first) == ["deny deepseek", "mode enforce"]
    assert server.asked == ["/policy.yaml", "/policy.yaml.sig"]
    assert first.manifest.refresh_after == (NOON + timedelta(hours=24)).timestamp()
    world.now = NOON + timedelta(hours=23)
    again = world.read()
    assert (in_force(again), again.problems) == (in_force(first), ())
    assert again.manifest.refresh_after == first.manifest.refresh_after


def test_a_policy_past_its_age_is_looked_at_again(server: PolicyServer, signer: Signer, world: World) -> None:
    server.publish(GOOD, signer)
    world.read(fetch=server.fetch)
    server.publish("profile: budget\n", signer)
    world.now = NOON + timedelta(hours=25)
    assert in_force(world.read(fetch=server.fetch)) == ["profile budget"]


def test_the_age_can_be_said(server: PolicyServer, signer: Signer, world: World) -> None:
    server.publish(GOOD, signer)
    world.write(
        "user/routing.yaml",
        f'organisation: {{url: "{server.url}", public_key: "{signer.public}", max_age_hours: 2}}\n',
    )
    assert world.read(fetch=server.fetch).manifest.refresh_after == (NOON + timedelta(hours=2)).timestamp()


def gone(server: PolicyServer, signer: Signer) -> None:
    server.pages.clear()


def unsigned(server: PolicyServer, signer: Signer) -> None:
    server.pages = {"/policy.yaml": b"profile: budget\n"}


def forged(server: PolicyServer, signer: Signer) -> None:
    server.publish("profile: budget\n", Signer())


def altered(server: PolicyServer, signer: Signer) -> None:
    server.publish("profile: budget\n", signer)
    server.pages["/policy.yaml"] = b"profile: premium\n"


def garbled(server: PolicyServer, signer: Signer) -> None:
    server.publish("profile: budget\n", signer)
    server.pages["/policy.yaml.sig"] = b"!!!"


def cut(server: PolicyServer, signer: Signer) -> None:
    server.publish("profile: budget\n", signer)
    server.pages["/policy.yaml.sig"] = base64.b64encode(b"x" * 63)


def faulty(server: PolicyServer, signer: Signer) -> None:
    server.publish("profile: [\n", signer)


def with_files(server: PolicyServer, signer: Signer) -> None:
    server.publish("rules: ['*.rules']\n", signer)


def no_text(server: PolicyServer, signer: Signer) -> None:
    body = b"\xff"
    server.pages = {"/policy.yaml": body, "/policy.yaml.sig": signer.sign(body)}


def too_large(server: PolicyServer, signer: Signer) -> None:
    server.publish("#" * (1024 * 1024 + 1), signer)


def led_away(server: PolicyServer, signer: Signer) -> None:
    server.publish("profile: budget\n", signer)
    server.pages["/policy.yaml"] = f"https://localhost:{server.port}/policy.yaml"


def without_encryption(server: PolicyServer, signer: Signer) -> None:
    server.publish("profile: budget\n", signer)
    server.pages["/policy.yaml"] = f"http://127.0.0.1:{server.port}/policy.yaml"


FAILURES = {
    gone: "it answers 404",
    unsigned: "it answers 404",
    forged: "its signature does not fit the pinned key",
    altered: "its signature does not fit the pinned key",
    garbled: "its signature is not base64",
    cut: "its signature does not have 64 bytes",
    faulty: "it has errors, the first at",
    with_files: "a fetched policy cannot name files in `rules`",
    no_text: "is not UTF-8 text",
    too_large: "it is larger than 1 MiB",
    led_away: "it redirects to https://localhost",
    without_encryption: "it redirects to http://",
}


@pytest.mark.parametrize("failure", FAILURES, ids=lambda f: f.__name__)
def test_a_first_fetch_that_fails_refuses_everything(
    failure: object, server: PolicyServer, signer: Signer, world: World
) -> None:
    failure(server, signer)  # type: ignore[operator]
    sources = world.read(fetch=server.fetch)
    assert refuses_everything(sources)
    (problem,) = sources.problems
    assert problem.code == "R240" and FAILURES[failure] in problem.message  # type: ignore[index]
    assert str(problem.span).startswith("~/.llm-router/routing.yaml:1:")
    assert copies(world) == []
    assert sources.manifest.refresh_after == (NOON + timedelta(minutes=1)).timestamp()


@pytest.mark.parametrize("failure", FAILURES, ids=lambda f: f.__name__)
def test_a_refresh_that_fails_keeps_the_last_good_copy(
    failure: object, server: PolicyServer, signer: Signer, world: World
) -> None:
    server.publish(GOOD, signer)
    world.read(fetch=server.fetch)
    failure(server, signer)  # type: ignore[operator]
    world.now = NOON + timedelta(hours=25)
    sources = world.read(fetch=server.fetch)
    assert in_force(sources) == ["deny deepseek", "mode enforce"]
    (problem,) = sources.problems
    assert (problem.code, problem.severity) == ("R241", "warning")
    assert FAILURES[failure] in problem.message  # type: ignore[index]
    assert problem.help == "the copy of 2026-11-25 12:00 UTC is in force"
    # the next run within a quarter of an hour waits, and says the same
    asked = list(server.asked)
    world.now += timedelta(minutes=14)
    assert [shown(p) for p in world.read(fetch=server.fetch).problems] == [shown(problem)]
    assert server.asked == asked
    world.now += timedelta(minutes=2)
    world.read(fetch=server.fetch)
    assert server.asked != asked


def test_an_address_that_nobody_answers(server: PolicyServer, signer: Signer, world: World) -> None:
    world.write(
        "user/routing.yaml",
        f'organisation: {{url: "https://127.0.0.1:9/p.yaml", public_key: "{signer.public}"}}\n',
    )
    sources = world.read(fetch=server.fetch)
    assert refuses_everything(sources)
    assert "it cannot be reached" in sources.problems[0].message


def test_a_server_without_a_trusted_certificate(server: PolicyServer, signer: Signer, world: World) -> None:
    server.publish(GOOD, signer)
    sources = world.read(fetch=fetch_https)
    assert refuses_everything(sources)
    assert "CERTIFICATE_VERIFY_FAILED" in sources.problems[0].message


def test_a_failure_that_ends_is_over(server: PolicyServer, signer: Signer, world: World) -> None:
    assert refuses_everything(world.read(fetch=server.fetch))
    server.publish(GOOD, signer)
    world.now += timedelta(minutes=2)
    sources = world.read(fetch=server.fetch)
    assert sources.problems == () and in_force(sources) == ["deny deepseek", "mode enforce"]


def test_a_copy_that_was_changed_where_it_lies_is_not_trusted(
    server: PolicyServer, signer: Signer, world: World
) -> None:
    server.publish(GOOD, signer)
    world.read(fetch=server.fetch)
    (copy,) = copies(world)
    plain = json.loads(copy.read_text())
    plain["body"] = base64.b64encode(b"profile: premium\n").decode("ascii")
    copy.write_text(json.dumps(plain))
    assert in_force(world.read(fetch=server.fetch)) == ["deny deepseek", "mode enforce"]
    copy.write_text(json.dumps(plain))
    server.pages.clear()
    assert refuses_everything(world.read(fetch=server.fetch))


def test_another_key_is_another_source(server: PolicyServer, signer: Signer, world: World) -> None:
    server.publish(GOOD, signer)
    world.read(fetch=server.fetch)
    other = Signer()
    world.write("user/routing.yaml", f'organisation: {{url: "{server.url}", public_key: "{other.public}"}}\n')
    assert refuses_everything(world.read(fetch=server.fetch))


def test_rules_of_a_fetched_policy_stand_inside_it(
    server: PolicyServer, signer: Signer, world: World
) -> None:
    server.publish(GOOD + "policy: |\n" + "".join(f"  {line}\n" for line in RULE.splitlines()), signer)
    sources = world.read(fetch=server.fetch)
    assert [f.file for f in sources.layers[0].files] == [f"{server.url}#policy", server.url]
    assert sources.texts[f"{server.url}#policy"] == RULE


@pytest.mark.parametrize("url", ["http://127.0.0.1/p", "file:///etc/passwd", "ftp://127.0.0.1/p"])
def test_only_https_is_fetched(url: str) -> None:
    with pytest.raises(FetchError, match="only https"):
        fetch_https(url)
