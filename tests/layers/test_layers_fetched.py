"""An organisation's policy over HTTPS: signed, kept, and never silently gone."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from layers_server import PolicyServer, Signer, serving
from layers_world import NOON, World, copies, in_force, refuses_everything, shown

from router.policy.sources import FetchError
from router.policy.sources.fetch import fetch_https

GOOD = "block_providers: [deepseek]\nenforce: enforce\nlock: [enforce]\n"
RULE = "rule inline-refusal\n  refuse\n"


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


def test_a_copy_from_the_future_is_looked_at_again(
    server: PolicyServer, signer: Signer, world: World
) -> None:
    server.publish(GOOD, signer)
    world.read(fetch=server.fetch)
    server.publish("profile: budget\n", signer)
    world.now = NOON - timedelta(hours=1)
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
