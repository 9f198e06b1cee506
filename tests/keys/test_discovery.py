"""Providers are asked for their models at their own address, at once, and seldom."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from router.base.places import Places
from router.dispatch.discovered import FILE, Discovered, read_discovered
from router.dispatch.discovery import discover, questions_for
from router.dispatch.keys import Keys, find_keys
from router.model.catalogue import Catalogue, Provider
from tests.dispatch_media.loopback import Loopback, Reply, serving

KEY = "sk-0a1b2c3d4e5f"
CATALOGUE = Catalogue(
    providers={
        "ollama": Provider("ollama", "Ollama", "local", (), "ollama_chat", "OLLAMA_BASE_URL"),
        "lan": Provider("lan", "Ours", "api", (), "openai", "LAN_URL"),
        "openai": Provider(
            "openai",
            "OpenAI",
            "api",
            ("OPENAI_API_KEY",),
            "openai",
            "OPENAI_BASE_URL",
            models_url="https://o.example/v1/models",
        ),
        "anthropic": Provider(
            "anthropic", "Anthropic", "api", ("ANTHROPIC_API_KEY",), "anthropic", "ANTHROPIC_URL"
        ),
    }
)


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with serving() as started:
        yield started


def keys_of(environ: dict[str, str], root: Path) -> Keys:
    return find_keys(environ, Places(root, root / "cache", None, root), CATALOGUE)[0]


class Asker:
    """Discovery against the loopback server, with the time said by the test."""

    def __init__(self, loopback: Loopback, root: Path) -> None:
        self.loopback, self.root = loopback, root
        self.environ = {"OLLAMA_BASE_URL": f"{loopback.url}/ollama"}

    def ask(
        self, now_s: float = 1000.0, *, refresh: bool = False, deadline_s: float = 5.0
    ) -> dict[str, Discovered]:
        keys = keys_of(self.environ, self.root)
        return discover(CATALOGUE, keys, self.root / "cache", now_s, refresh=refresh, deadline_s=deadline_s)

    def says(self, *replies: Reply) -> Discovered:
        self.loopback.on("GET /ollama/api/tags", *replies)
        return self.ask()["ollama"]


@pytest.fixture
def asker(loopback: Loopback, tmp_path: Path) -> Asker:
    return Asker(loopback, tmp_path)


def test_ollama_says_its_models(asker: Asker) -> None:
    found = asker.says(Reply({"models": [{"name": "qwen3.5:latest", "size": 1}, {"name": "gemma4:latest"}]}))
    assert found.answers and found.models == ("qwen3.5:latest", "gemma4:latest") and found.problem is None


def test_an_openai_compatible_server_says_its_models_to_who_has_the_key(
    asker: Asker, loopback: Loopback
) -> None:
    asker.environ |= {"OPENAI_BASE_URL": f"{loopback.url}/v1", "OPENAI_API_KEY": KEY, "LAN_URL": loopback.url}
    loopback.on("GET /v1/models", Reply({"object": "list", "data": [{"id": "gpt-x"}, {"id": "gpt-y"}]}))
    found = asker.ask()
    assert found["openai"].models == found["lan"].models == ("gpt-x", "gpt-y")
    sent = sorted(
        str(asked.headers["Authorization"]) for asked in loopback.asked if asked.path == "/v1/models"
    )
    assert sent == [f"Bearer {KEY}", "None"]


def test_who_is_asked(tmp_path: Path) -> None:
    def urls(**environ: str) -> dict[str, str]:
        return {q.provider: q.url for q in questions_for(CATALOGUE, keys_of(environ, tmp_path))}

    assert urls() == {}
    assert urls(OPENAI_API_KEY=KEY) == {"openai": "https://o.example/v1/models"}
    moved = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "http://gw.example/openai/"}
    assert urls(**moved) == {"openai": "http://gw.example/openai/models"}
    assert urls(ANTHROPIC_API_KEY=KEY, ANTHROPIC_URL="http://a.example") == {}
    assert urls(LAN_URL="http://l.example:8000") == {"lan": "http://l.example:8000/v1/models"}


def test_an_answer_is_kept_for_a_minute(asker: Asker, loopback: Loopback) -> None:
    asker.says(Reply({"models": [{"name": "one"}]}), Reply({"models": [{"name": "two"}]}))
    assert asker.ask(1059.9)["ollama"].models == ("one",) and len(loopback.asked) == 1
    assert asker.ask(1060.0)["ollama"].models == ("two",) and len(loopback.asked) == 2


def test_a_failure_is_kept_for_a_minute_too(asker: Asker, loopback: Loopback) -> None:
    assert not asker.says(Reply({}, 500), Reply({"models": []})).answers
    assert not asker.ask(1059.0)["ollama"].answers and len(loopback.asked) == 1
    assert asker.ask(1061.0)["ollama"].answers


def test_a_refresh_asks_again(asker: Asker) -> None:
    asker.says(Reply({"models": [{"name": "one"}]}), Reply({"models": [{"name": "two"}]}))
    assert asker.ask(1001.0, refresh=True)["ollama"].models == ("two",)


def test_a_clock_set_back_does_not_keep_an_answer_for_ever(asker: Asker) -> None:
    asker.says(Reply({"models": [{"name": "one"}]}), Reply({"models": [{"name": "two"}]}))
    assert asker.ask(10.0)["ollama"].models == ("two",)


def test_an_answer_of_another_address_is_not_this_ones(asker: Asker, loopback: Loopback) -> None:
    asker.says(Reply({"models": [{"name": "one"}]}))
    asker.environ["OLLAMA_BASE_URL"] = f"{loopback.url}/other"
    assert not asker.ask()["ollama"].answers


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (Reply({"error": KEY}, 500), "it answered with status 500"),
        (Reply({}, 401), "the key was refused"),
        (Reply(b"<html>"), "the answer is not a list of models"),
        (Reply([1, 2]), "the answer is not a list of models"),
        (Reply({"models": {"name": "x"}}), "the answer is not a list of models"),
        (Reply(b"[" * 100_000), "the answer is not a list of models"),
        (Reply(b"\xff\xfe\x00"), "the answer is not a list of models"),
        (Reply(b" " * (4 * 1024 * 1024 + 1)), "the answer is not a list of models"),
        (Reply({}, 302, {"Location": "http://127.0.0.1:1/"}), "it answered with status 302"),
        (Reply(b"{}", promised=99), "the connection failed (RemoteProtocolError)"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_bad_answer_is_one_line_and_no_model(asker: Asker, reply: Reply, problem: str) -> None:
    found = asker.says(reply)
    assert (found.answers, found.models, found.problem) == (False, (), problem)


def test_names_that_are_no_names_are_left_out(asker: Asker) -> None:
    rows: list[object] = [
        {"name": n} for n in ("good:1", "a b", "\x1b[31m", "x" * 201, "", 7, None, "good:1")
    ]
    assert asker.says(Reply({"models": [*rows, "text", {}]})).models == ("good:1",)


def test_more_names_than_anyone_has_are_cut(asker: Asker) -> None:
    assert len(asker.says(Reply({"models": [{"name": f"m{n}"} for n in range(5000)]})).models) == 2000


def test_one_that_hangs_does_not_hold_up_the_others(asker: Asker, loopback: Loopback) -> None:
    asker.environ["LAN_URL"] = loopback.url
    loopback.on("GET /ollama/api/tags", Reply({"models": []}, gate=threading.Event()))
    loopback.on("GET /v1/models", Reply({"data": [{"id": "here"}]}))
    found = asker.ask(deadline_s=0.3)
    assert found["ollama"].problem == "no answer within 0.3 s" and found["lan"].models == ("here",)


def test_a_closed_port_is_told(asker: Asker, loopback: Loopback) -> None:
    asker.environ = {"OLLAMA_BASE_URL": "http://127.0.0.1:1"}
    assert asker.ask()["ollama"].problem == "nothing answers at this address"


def test_a_local_provider_that_answered_is_configured(asker: Asker) -> None:
    assert "ollama" not in keys_of(asker.environ, asker.root).configured()
    asker.says(Reply({"models": []}), Reply({}, 500))
    assert "ollama" in keys_of(asker.environ, asker.root).configured()
    asker.ask(refresh=True)
    assert "ollama" not in keys_of(asker.environ, asker.root).configured()


def test_no_key_is_kept(asker: Asker, loopback: Loopback) -> None:
    asker.environ |= {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": loopback.url}
    loopback.on("GET /v1/models", Reply({"data": [{"id": "here"}]}))
    asker.ask()
    kept = (asker.root / "cache" / FILE).read_text(encoding="utf-8")
    assert "here" in kept and KEY not in kept
    assert (asker.root / "cache" / FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"ollama": 3}', '{"ollama": {"address": 1}}', "[" * 100_000]
)
def test_a_damaged_cache_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    assert read_discovered(tmp_path) == {}


def test_a_cache_written_by_another_hand_gives_only_names(tmp_path: Path) -> None:
    row = {
        "address": "http://h",
        "answers": True,
        "models": ["fine", "\x1b]0;x\x07", 3],
        "problem": None,
        "at": 5,
    }
    (tmp_path / FILE).write_text(json.dumps({"ollama": row}), encoding="utf-8")
    assert read_discovered(tmp_path)["ollama"].models == ("fine",)


def test_a_cache_that_cannot_be_written_is_no_failure(asker: Asker) -> None:
    (asker.root / "cache").write_text("in the way", encoding="utf-8")
    assert asker.says(Reply({"models": [{"name": "one"}]})).models == ("one",)
