"""Results are fetched from the public network only, whole, within limits."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from router.dispatch.addresses import is_loopback, is_public
from router.dispatch.media import Studio
from router.dispatch.media.api import Api
from router.dispatch.media.download import save_all
from router.dispatch.ports import CallFailed
from tests.dispatch_media.loopback import Reply
from tests.dispatch_media.media_world import JOBS, KEY, PNG, World

PUBLIC = "93.184.215.14"
Answer = Callable[[httpx.Request], httpx.Response]


def fetched(
    folder: Path,
    url: str,
    answer: Answer,
    *,
    hosts: dict[str, tuple[str, ...]] | None = None,
    base: str = "https://api.example/v1",
) -> bytes:
    """The file of an address, where `answer` stands for the network and `hosts` for the names in it."""

    async def resolve(host: str, port: int) -> tuple[str, ...]:
        found = (hosts or {}).get(host, (PUBLIC,))
        if not found:
            raise OSError(host)
        return found

    async def save() -> tuple[Path, ...]:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer), trust_env=False) as http:
            studio = Studio(http, folder, 60.0, clock=lambda: 0.0, resolve=resolve)
            return await save_all([url], "image", Api(studio, base, {"Authorization": KEY}, KEY, "a fox"))

    (path,) = asyncio.run(save())
    return path.read_bytes()


def refused(folder: Path, url: str, answer: Answer, **more: object) -> CallFailed:
    with pytest.raises(CallFailed) as raised:
        fetched(folder, url, answer, **more)  # type: ignore[arg-type]
    assert not folder.exists() or list(folder.iterdir()) == []
    return raised.value


def picture(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=PNG)


def never(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"{request.url} was asked for")


def test_the_address_that_was_checked_is_the_one_that_is_asked(tmp_path: Path) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return picture(request)

    assert fetched(tmp_path, "https://cdn.example/a.png?sig=1", answer) == PNG
    (request,) = asked
    assert str(request.url) == f"https://{PUBLIC}/a.png?sig=1" and request.headers["Host"] == "cdn.example"
    assert request.extensions["sni_hostname"] == "cdn.example" and "Authorization" not in request.headers


def test_the_key_goes_along_to_the_providers_own_address_only(tmp_path: Path) -> None:
    seen: dict[str, str | None] = {}

    def answer(request: httpx.Request) -> httpx.Response:
        seen[request.url.path] = request.headers.get("Authorization")
        if request.url.path == "/v1/files/1":
            return httpx.Response(302, headers={"Location": "https://cdn.example/2"})
        return picture(request)

    assert fetched(tmp_path, "https://api.example/v1/files/1", answer) == PNG
    assert seen == {"/v1/files/1": KEY, "/2": None}


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.example/a.png", "ftp://cdn.example/a", "file:///etc/passwd", "//cdn.example/a", "gopher://x/", "https://",
        "https://u:p@cdn.example/a", "https://cdn.example:99999/a", "https://[::1", "http://127.0.0.1/a", "not an address",
        "https://bücher.example/a",
    ],
)  # fmt: skip
def test_an_address_of_another_kind_is_not_asked(tmp_path: Path, url: str) -> None:
    assert refused(tmp_path, url, never).final


@pytest.mark.parametrize(
    "found",
    [
        ("127.0.0.1",), ("10.1.2.3",), ("192.168.0.1",), ("172.16.0.1",), ("169.254.169.254",), ("100.64.0.1",), ("0.0.0.0",),
        ("::1",), ("fd00::1",), ("fe80::1",), ("::ffff:10.0.0.1",), ("224.0.0.1",), (PUBLIC, "10.0.0.1"), ("64:ff9b::a00:1",), ("2002:a00:1::1",),
    ],
    ids=",".join,
)  # fmt: skip
def test_a_name_that_leads_into_a_private_network_is_not_asked(
    tmp_path: Path, found: tuple[str, ...]
) -> None:
    failed = refused(tmp_path, "https://inside.example/a", never, hosts={"inside.example": found})
    assert failed.final and "private network" in failed.text


def test_a_literal_private_address_is_not_asked(tmp_path: Path) -> None:
    hosts = {"10.0.0.1": ("10.0.0.1",)}
    assert "private network" in refused(tmp_path, "https://10.0.0.1/a", never, hosts=hosts).text


def test_a_redirect_is_checked_like_the_first_address(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"Location": "http://169.254.169.254/latest/meta-data/"})

    assert "not https" in refused(tmp_path, "https://cdn.example/a", answer).text


def test_redirects_come_to_an_end(tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(302, headers={"Location": f"/{len(asked)}"})

    assert "on and on" in refused(tmp_path, "https://cdn.example/a", answer).text
    assert asked == ["/a", "/1", "/2", "/3", "/4", "/5"]


def test_a_host_that_is_not_found_is_told(tmp_path: Path) -> None:
    failed = refused(tmp_path, "https://gone.example/a", never, hosts={"gone.example": ()})
    assert failed.final and failed.text == "the result's host is not found"


def test_a_provider_elsewhere_cannot_lead_to_this_machine(tmp_path: Path, world: World) -> None:
    hosts = {"127.0.0.1": ("127.0.0.1",)}
    for url in (f"{world.loopback.url}/secret", f"https://127.0.0.1:{world.loopback.port}/secret"):
        assert refused(tmp_path, url, never, hosts=hosts).final
    assert world.loopback.asked == []


@pytest.mark.parametrize(("status", "times"), [(404, 1), (403, 1), (410, 1), (503, 3), (429, 3)])
def test_an_address_that_answers_otherwise_is_a_failure(tmp_path: Path, status: int, times: int) -> None:
    asked: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(status)
        return httpx.Response(status)

    failed = refused(tmp_path, "https://cdn.example/a", answer)
    assert failed.final and str(status) in failed.text and len(asked) == times


def test_a_result_that_is_too_large_is_left(world: World) -> None:
    job = JOBS["replicate"]
    job.script(world.loopback, *job.finished(world.loopback, f"{world.loopback.url}/out"))
    world.loopback.on("GET /out", Reply(PNG + bytes(3 * 1024 * 1024)))
    failed = world.failed(job.model, max_bytes=1024 * 1024)
    assert failed.text == "the result is larger than 1 MiB" and failed.final


def test_a_host_that_cannot_be_reached_is_tried_three_times(tmp_path: Path) -> None:
    asked: list[object] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.extensions.get("sni_hostname"))
        raise httpx.ConnectError("hostname mismatch")

    assert refused(tmp_path, "https://cdn.example/a", answer).text == "the result's address cannot be reached"
    assert asked == ["cdn.example"] * 3


@pytest.mark.parametrize(
    "url", ["http://localhost:1/x", "http://127.9.9.9", "http://[::1]:8", "https://a.localhost/"]
)
def test_this_machine_is_known(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize(
    "url", ["http://localhost.example", "http://127.0.0.1.example", "http://10.0.0.1", "http://[::1", ""]
)
def test_others_are_not_this_machine(url: str) -> None:
    assert not is_loopback(url)


@pytest.mark.parametrize("address", [PUBLIC, "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_known(address: str) -> None:
    assert is_public(address)
