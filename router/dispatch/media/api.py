"""Calls to a provider's API: bounded answers, statuses as failures, messages without key and prompt."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from router.dispatch.media.studio import Studio
from router.dispatch.ports import CallFailed
from router.dispatch.reasons import call_failed, safe_line
from router.model.ledger import Failure

MAX_JSON_BYTES = 96 * 1024 * 1024
"""A picture in base64 fits in it."""
_ID = re.compile(r"[\w.:-]{1,200}")
_PATH = re.compile(r"(?:/[\w:@~+-][\w.:@~+-]*){1,20}(?:\?[\w.=&%+-]*)?")
_REASONS = ("detail", "error", "message", "failure", "errors", "msg", "reason", "status")
_MODERATED = re.compile(r"(?i)moderat|safety|content.?policy|nsfw|filtered|sensitive")


class _Status(Exception):
    """An HTTP status of failure, in the shape of LiteLLM's exceptions."""

    def __init__(self, status_code: int, message: str, response: Any) -> None:
        super().__init__(message)
        self.status_code = status_code
        self.message = message
        self.response = response


@dataclass(frozen=True, slots=True)
class Api:
    """One provider's API, for one call: `key` and `prompt` are kept out of every message."""

    studio: Studio
    base: str
    headers: Mapping[str, str]
    key: str
    prompt: str

    async def json(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        """The object a request is answered with; raises `CallFailed`."""
        body = await self.bytes(method, path, **sent)
        try:
            found = json.loads(body)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            # What was sent may have been accepted, so it is not sent again; what was only asked may be asked again.
            raise self.failed("server", "the answer is not a JSON object", final=method == "POST")
        return found

    async def bytes(self, method: str, path: str, **sent: Any) -> bytes:
        """The whole body of a successful answer, of at most `MAX_JSON_BYTES`."""
        begun = False
        try:
            async with self.studio.http.stream(
                method, self.base + path, headers=self.headers, **sent
            ) as response:
                begun = response.is_success
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > MAX_JSON_BYTES:
                        raise self.failed("server", "the answer is too large")
                if not response.is_success:
                    said = reason_of(bytes(body)) or f"status {response.status_code}"
                    raise _Status(response.status_code, said, response)
                return bytes(body)
        except CallFailed:
            raise
        except _Status as cause:
            raise self._refused(cause) from None
        except _network_errors() as cause:
            raise call_failed(cause, [self.key], [self.prompt], begun) from None

    def _refused(self, cause: _Status) -> CallFailed:
        return self.moderated(call_failed(cause, [self.key], [self.prompt], False), cause.message)

    def moderated(self, failed: CallFailed, words: str) -> CallFailed:
        """The same failure, told as `content_filter` when the provider's words speak of its moderation."""
        if failed.failure in ("bad_request", "auth") and _MODERATED.search(words.replace(self.prompt, "")):
            failed.failure = "content_filter"
        return failed

    def failed(self, failure: Failure, text: object, *, final: bool = True) -> CallFailed:
        """A failure with a provider's words made safe; `final` because what was accepted once may be billed."""
        return CallFailed(failure, safe_line(str(text), [self.key], [self.prompt]), final=final)

    def job_failed(self, state: str, reason: object) -> CallFailed:
        """A job that ended without a result, in the provider's words."""
        words = f"the job ended as {state}" + (f": {_words(reason)}" if reason else "")
        return self.failed("content_filter" if _MODERATED.search(words) else "server", words)

    def path_of(self, url: object, usual: str) -> str:
        """The path of an address that the provider names for a job; `usual` for one that is not the provider's own."""
        prefix = f"{self.base}/"
        if (
            not isinstance(url, str)
            or not url.startswith(prefix)
            or not _PATH.fullmatch(url[len(self.base) :])
        ):
            return usual
        return url[len(self.base) :]

    def id_of(self, answer: Mapping[str, Any], name: str) -> str:
        """The id of a job that was accepted; it becomes part of an address, so nothing else may be in it."""
        found = answer.get(name)
        if not isinstance(found, str) or not _ID.fullmatch(found) or not found.strip("."):
            raise self.failed("server", "the job was accepted without an id")
        return found


def _network_errors() -> tuple[type[Exception], ...]:
    import httpx

    return (OSError, httpx.HTTPError, httpx.InvalidURL, httpx.StreamError)


def reason_of(body: bytes) -> str:
    """A provider's own words in the body of a failure; empty when there are none."""
    try:
        return _words(json.loads(body))
    except (ValueError, RecursionError):
        text = body[:2000].decode("utf-8", "replace")
        return "" if text.lstrip().startswith("<") else text


def _words(said: Any, depth: int = 0) -> str:
    if isinstance(said, str):
        return said
    if depth > 4:
        return ""
    if isinstance(said, Mapping):
        found = (_words(said[name], depth + 1) for name in _REASONS if name in said)
        return next((words for words in found if words), "")
    if isinstance(said, list):
        return "; ".join(filter(None, (_words(item, depth + 1) for item in said[:5])))
    return ""
