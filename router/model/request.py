"""One request: a prompt and where it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """What a caller knows of a request; None means unknown, which rules that restrict take seriously.

    `paths` are relative to the repository; None when it is not known which files the request touches. `earlier`
    holds up to two user turns before this one, oldest first; `last_route` the session's last (task, complexity).
    `given` holds facts by key that are set as they are, such as ``pressure(anthropic)`` or ``task``.
    """

    prompt: str
    now: datetime
    paths: tuple[str, ...] | None = None
    branch: str | None = None
    host: str | None = None
    agent: str | None = "main"
    tool: str | None = None
    language: str | None = None
    user: str | None = None
    groups: tuple[str, ...] | None = None
    repo: str | None = None
    session: str | None = None
    turn: int | None = None
    earlier: tuple[str, ...] = ()
    last_route: tuple[str, str] | None = None
    configured: frozenset[str] | None = None
    needs: frozenset[str] = frozenset()
    given: Mapping[str, Any] = field(default_factory=dict)
