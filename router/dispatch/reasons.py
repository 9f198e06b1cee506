"""Why a call failed: an exception of LiteLLM or of the network -> one of our failures and one safe line."""

import json
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
_CUT = frozenset({"ClientPayloadError", "IncompleteRead"})
_NETWORK = _CUT | {
    "APIConnectionError", "ClientConnectionError", "ConnectError", "ConnectionError", "ReadError", "RemoteProtocolError",
}  # fmt: skip
_SIGNS: tuple[tuple[str, Failure], ...] = (
    ("maximum context length", "context_window"),
    ("prompt is too long", "context_window"),
    ("context length exceeded", "context_window"),
    ("content_policy", "content_filter"),
    ("content management policy", "content_filter"),
    ("safety system", "content_filter"),
    ("api key not valid", "auth"),
)
"""What providers say in a refusal that their status alone leaves open."""

_SPENT = ("insufficient_quota", "exceeded your current quota", "credit balance is too low")
"""Signs in a provider's words that waiting will not help: the account has nothing left."""

_MAX_TEXT = 300
_MAX_READ = 20_000
_MAX_CAUSES = 8
_WINDOW = 16
_KEYS = re.compile(
    r"(?i)\b(?:sk|pk|rk|gsk|xai|pplx|key|r8|hf|tgp)[-_][\w*\-.]{8,}|\bAIza[\w\-*]{10,}|\bBearer\s+\S+|(?<=key=)[^\s&\"']+"
)
_PREFIX = re.compile(r"^(?:(?:litellm\.)?\w*(?:Error|Exception|Timeout)\s*[:\-]?\s+)+")
_SUFFIX = re.compile(r"\.? Handle with `litellm\.\w+`\.?$")


def call_failed(error: BaseException, secrets: Iterable[str], prompt: Iterable[str], begun: bool) -> CallFailed:
    """What an exception means; `begun` says whether a part of the answer had come already."""
    cause = getattr(error, "original_exception", None) or error
    words = str(getattr(cause, "message", None) or cause)
    status, said = _body(words)
    failure = _failure(cause, words.lower(), status, begun)
    text = safe_line(said, secrets, prompt) or type(cause).__name__
    spent = failure == "rate_limit" and any(sign in words.lower() for sign in _SPENT)
    return CallFailed(failure, text, _retry_after_s(cause), final=spent)


def _body(words: str) -> tuple[int | None, str]:
    """Status and message of an error's JSON, where an exception's text holds one; else the text itself."""
    start = words.find("{")
    try:
        data = json.JSONDecoder().raw_decode(words, start)[0] if start >= 0 else None
    except ValueError:
        return None, words
    found = data.get("error", data) if isinstance(data, dict) else None
    if isinstance(found, str):
        return None, found
    if not isinstance(found, dict) or not isinstance(found.get("message"), str):
        return None, words
    status = found.get("code")
    return status if isinstance(status, int) else None, found["message"]


def _failure(error: BaseException, words: str, status: int | None, begun: bool) -> Failure:
    names = {kind.__name__ for kind in type(error).__mro__}
    failure = next((failure for name, failure in _BY_CLASS if name in names), None)
    if failure is None or failure == "bad_request":
        failure = next((meant for sign, meant in _SIGNS if sign in words), failure)
    if "overloaded" in words and failure != "bad_request":
        return "overloaded"
    if failure is not None and status != 403:
        return failure
    causes = _causes(error)
    if status is None and causes & _NETWORK:
        return "truncated" if begun or causes & _CUT else "connection"
    if status is None:
        status = getattr(error, "status_code", None)
    if isinstance(status, int) and status >= 400:
        return _BY_STATUS.get(status, "server" if status >= 500 else "bad_request")
    return "connection" if isinstance(error, OSError) else "unknown"


def _causes(error: BaseException | None) -> set[str]:
    """The names of all classes that an exception and what led to it descend from."""
    names: set[str] = set()
    for _ in range(_MAX_CAUSES):
        if error is None:
            break
        names |= {kind.__name__ for kind in type(error).__mro__}
        error = error.__cause__ or error.__context__
    return names


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
    line = _flat(text[:_MAX_READ])
    for secret in filter(None, secrets):
        line = line.replace(secret, "***")
    line = _KEYS.sub("***", line)[: 4 * _MAX_TEXT]
    for said in prompt:
        line = _without(line, _flat(said))
    line = _SUFFIX.sub("", _PREFIX.sub("", line))
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
