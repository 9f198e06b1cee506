"""A request becomes facts: the only step between a caller and a decision that reads the clock's or the session's values."""

from collections.abc import Iterable
from hashlib import blake2b
from pathlib import PurePosixPath
from typing import Any

from router.decide.strain import with_strain
from router.facts.language import EXTENSIONS
from router.facts.prompt_tokens import token_estimate
from router.model.decision import Facts
from router.model.request import Request
from router.model.terms import BUCKETS

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def gather(request: Request) -> Facts:
    """The facts of a request by key; what is unknown is left out."""
    now = request.now
    paths = None if request.paths is None else tuple(normal_path(path) for path in request.paths)
    facts: dict[str, Any] = {
        "prompt": request.prompt,
        "prompt.tokens": token_estimate(request.prompt),
        "hour": now.hour,
        "weekday": _WEEKDAYS[now.weekday()],
        "date": now.date().toordinal(),
        "path": paths,
        "branch": request.branch,
        "host": request.host,
        "agent": request.agent,
        "tool": request.tool,
        "language": request.language or (language_of(paths) if paths else None),
        "user": request.user,
        "group": request.groups,
        "repo": request.repo,
        "turn": request.turn,
        "bucket": None if request.session is None else bucket_of(request.session),
        "configured": request.configured,
        "needs": request.needs or None,
    }
    facts.update(request.given)
    # NaN compares false with everything, so that no restriction would see it: it is unknown.
    return with_strain({key: value for key, value in facts.items() if value is not None and value == value})


def normal_path(path: str) -> str:
    """A path with forward slashes, without a leading `./` or an inner `.` or `..` where that can be resolved."""
    parts: list[str] = []
    for part in path.replace("\\", "/").split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def language_of(paths: Iterable[str]) -> str | None:
    """The language of the first path whose ending is known."""
    for path in paths:
        found = EXTENSIONS.get(PurePosixPath(path).suffix.lower())
        if found:
            return found
    return None


def bucket_of(session: str) -> int:
    """The roll-out bucket of a session, the same on every machine."""
    digest = blake2b(session.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % BUCKETS
