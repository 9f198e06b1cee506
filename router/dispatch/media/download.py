"""Results that lie at an address: fetched whole, from the public network only.

What keeps one from being fetched is told as `truncated`: the provider did the work and may bill it.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

from router.dispatch.addresses import is_loopback, is_public
from router.dispatch.media.api import Api
from router.dispatch.media.save import remove, save_base64, save_stream
from router.dispatch.ports import CallFailed

if TYPE_CHECKING:
    import httpx

MAX_REDIRECTS = 5
_TRIES = 3
_PORTS = {"http": 80, "https": 443}


async def save_all(urls: Iterable[object], kind: str, api: Api) -> tuple[Path, ...]:
    """The files of every address, `data:` ones too; none is left behind when one of them fails."""
    saved: list[Path] = []
    try:
        for url in urls:
            saved.append(await _saved(url, kind, api))
    except BaseException:
        remove(saved)
        raise
    if not saved:
        raise api.failed("empty", "the job is done, but there is no result")
    return tuple(saved)


async def _saved(url: object, kind: str, api: Api) -> Path:
    if not isinstance(url, str) or not url:
        raise api.failed("empty", "the job is done, but there is no result")
    if url.startswith("data:"):
        return save_base64(url, kind, api.studio)
    for left in reversed(range(_TRIES)):
        try:
            return await _fetched(url, kind, api)
        except CallFailed as failed:
            if failed.final or not left:
                raise CallFailed(failed.failure, failed.text, final=True) from None
    raise AssertionError("a try either gives a file or raises")


async def _fetched(url: str, kind: str, api: Api) -> Path:
    for _ in range(MAX_REDIRECTS + 1):
        hop = await _hop(url, api)
        request = api.studio.http.build_request(
            "GET", hop.url, headers=hop.headers, extensions={"sni_hostname": hop.host}
        )
        try:
            response = await api.studio.http.send(request, stream=True, follow_redirects=False)
            try:
                if not response.has_redirect_location:
                    return await _body(response, kind, api)
                url = urljoin(url, response.headers["Location"])
            finally:
                await response.aclose()
        except _unreached():
            raise api.failed("truncated", "the result's address cannot be reached", final=False) from None
        except _broken() as cause:
            raise api.failed(
                "truncated", f"the download broke off ({type(cause).__name__})", final=False
            ) from None
    raise api.failed("truncated", "the result's address leads on and on")


def _unreached() -> tuple[type[Exception], ...]:
    import httpx

    return (httpx.ConnectError, httpx.ConnectTimeout)


def _broken() -> tuple[type[Exception], ...]:
    import httpx

    return (httpx.HTTPError, OSError)


async def _body(response: "httpx.Response", kind: str, api: Api) -> Path:
    if not response.is_success:
        passing = response.status_code == 429 or response.status_code >= 500
        raise api.failed(
            "truncated", f"the result's address answers {response.status_code}", final=not passing
        )
    return await save_stream(response.aiter_bytes(), kind, api.studio)


class _Hop(NamedTuple):
    """One request of a download: the address with the host's checked IP address in it."""

    url: str
    host: str
    headers: Mapping[str, str]


async def _hop(url: str, api: Api) -> _Hop:
    """The next request; raises `CallFailed` for an address that must not be asked.

    The name is looked up once and the very address that was checked is used, so that it cannot change in between.
    """
    parts, host, port = _parts(url, api)
    if _origin(parts) == _origin(urlsplit(api.base)):
        return _Hop(url, host, api.headers)
    if is_loopback(api.base) and is_loopback(url):
        return _Hop(url, host, {})
    if parts.scheme != "https":
        raise api.failed("truncated", "the result's address is not https")
    try:
        found = await api.studio.resolve(host, port)
    except OSError:
        raise api.failed("truncated", "the result's host is not found", final=False) from None
    if not found or not all(is_public(address) for address in found):
        raise api.failed("truncated", "the result's address lies in a private network")
    address = f"[{found[0]}]" if ":" in found[0] else found[0]
    return _Hop(parts._replace(netloc=f"{address}:{port}").geturl(), host, {"Host": parts.netloc})


def _parts(url: str, api: Api) -> tuple[SplitResult, str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise api.failed("truncated", "the result's address cannot be read") from None
    if not host or parts.username is not None or not host.isascii():
        raise api.failed("truncated", "the result's address cannot be read")
    return parts, host, port


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
