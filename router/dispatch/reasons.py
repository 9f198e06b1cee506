"""Why a call failed: an exception of LiteLLM or of the network -> one of our failures and one safe line."""

import re
from collections.abc import Iterable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from router.dispatch.ports import CallFailed
from router.model.ledger import Failure

_BY_CLASS: tuple[tuple[str, Failure], ...] = (
    ("ContextWindowExceededError", "context_window"),
    ("ContentPolicyViolationError", "content_filter"),
    ("PaymentRequiredError", "auth"),
    ("AuthenticationError", "auth"),
    ("PermissionDeniedError", "auth"),
    ("NotFoundError", "not_found"),
    ("RateLimitError", "rate_limit"),
    ("APITimeoutError", "timeout"),
    ("TimeoutError", "timeout"),
    ("TimeoutException", "timeout"),
    ("UnprocessableEntityError", "bad_request"),
    ("BadRequestError", "bad_request"),
    ("ServiceUnavailableError", "overloaded"),
)
"""Names in an exception's ancestry, the first that is found counts: LiteLLM's classes derive from OpenAI's."""

_BY_STATUS: Mapping[int, Failure] = {
    400: "bad_request", 401: "auth", 402: "auth", 403: "auth", 404: "not_found", 408: "timeout",
    413: "context_window", 422: "bad_request", 429: "rate_limit", 503: "overloaded", 529: "overloaded",
}  # fmt: skip
_BROKEN_OFF = ("RemoteProtocolError", "ClientPayloadError", "ReadError")
_UNREACHED = ("APIConnectionError", "ConnectError", "ConnectionError", "ClientConnectionError")
_SPENT = ("insufficient_quota", "exceeded your current quota", "credit balance is too low")
"""Signs in a provider's words that waiting will not help: the account has nothing left."""

_MAX_TEXT = 300
_WINDOW = 16
_KEYS = re.compile(
    r"(?i)\b(?:sk|pk|rk|gsk|xai|pplx|key|r8|hf|tgp)[-_][\w*\-.]{8,}|\bAIza[\w\-*]{10,}|\bBearer\s+\S+|(?<=key=)[^\s&\"']+"
)
_PREFIX = re.compile(r"^(?:(?:litellm\.)?\w*(?:Error|Exception|Timeout)\s*[:\-]\s*)+")


def call_failed(error: BaseException, secrets: Iterable[str], prompt: Iterable[str], begun: bool) -> CallFailed:
    """What an exception means; `begun` says whether a part of the answer had come already."""
    cause = getattr(error, "original_exception", None) or error
    words = str(getattr(cause, "message", None) or cause)
    failure = _failure(cause, words, begun)
    text = safe_line(words, secrets, prompt) or type(cause).__name__
    spent = failure == "rate_limit" and any(sign in words.lower() for sign in _SPENT)
    return CallFailed(failure, text, _retry_after_s(cause), final=spent)


def _failure(error: BaseException, words: str, begun: bool) -> Failure:
    names = {kind.__name__ for kind in type(error).__mro__}
    if "overloaded" in words.lower() and "BadRequestError" not in names:
        return "overloaded"
    for name, failure in _BY_CLASS:
        if name in names:
            return failure
    if begun and (names & {*_BROKEN_OFF, *_UNREACHED}):
        return "truncated"
    if names & {*_BROKEN_OFF, *_UNREACHED}:
        return "connection"
    status = getattr(error, "status_code", None)
    if isinstance(status, int) and status >= 400:
        return _BY_STATUS.get(status, "server" if status >= 500 else "bad_request")
    return "connection" if isinstance(error, OSError) else "unknown"


def _retry_after_s(error: BaseException) -> float | None:
    """Seconds a provider asks to wait; a date counts from the answer's own `Date`."""
    headers = getattr(error, "litellm_response_headers", None)
    if not headers:
        headers = getattr(getattr(error, "response", None), "headers", None) or {}
    given, now = _header(headers, "retry-after"), _header(headers, "date")
    if given is None:
        return None
    try:
        return max(float(given), 0.0)
    except ValueError:
        pass
    try:
        wait = parsedate_to_datetime(given) - parsedate_to_datetime(now or "")
    except (ValueError, TypeError):
        return None
    return max(wait.total_seconds(), 0.0)


def _header(headers: Any, name: str) -> str | None:
    return next((str(value) for key, value in dict(headers).items() if str(key).lower() == name), None)


def safe_line(text: str, secrets: Iterable[str], prompt: Iterable[str]) -> str:
    """The text on one line of at most 300 characters, without keys and without what was asked."""
    line = _flat(text[: 4 * _MAX_TEXT])
    for secret in filter(None, secrets):
        line = line.replace(secret, "***")
    line = _KEYS.sub("***", line)
    for said in prompt:
        line = _without(line, _flat(said))
    line = _PREFIX.sub("", line)
    return line if len(line) <= _MAX_TEXT else line[: _MAX_TEXT - 1] + "…"


def _flat(text: str) -> str:
    return " ".join(text.replace("\\n", " ").replace("\\t", " ").replace('\\"', '"').split())


def _without(line: str, said: str) -> str:
    """The line with every run of characters that also stands in `said` made `…`, runs of 16 and more."""
    size = min(_WINDOW, len(said))
    if size < 3:
        return line
    kept, at = [], 0
    while at < len(line):
        end = at + size
        if line[at:end] not in said or end > len(line):
            kept.append(line[at])
            at += 1
            continue
        while end < len(line) and line[at : end + 1] in said:
            end += 1
        kept.append("…")
        at = end
    return "".join(kept)
