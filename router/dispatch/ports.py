"""What a call needs of the world, and what passes between the run loop and the ways to reach a model."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from router.dispatch.breaker import Breaker
from router.model.call import Ask
from router.model.catalogue import Catalogue, Model, Provider
from router.model.ledger import Failure, Purse, Usage


class Keys(Protocol):
    """Where keys and addresses come from."""

    def api_key(self, provider: str) -> str | None:
        """The provider's key; None when there is none."""

    def base_url(self, provider: str) -> str | None:
        """The address the user gave for the provider; None leaves it to the catalogue."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The world of a call.

    `clock` gives seconds that only grow; `sleep` waits for seconds; `random` gives numbers from 0 to below 1 for
    jitter; `warn` takes one line for the user. `environ` and `cwd` are those of local agents, `media_folder` is where
    pictures, films and speech are saved.
    """

    purse: Purse
    catalogue: Catalogue
    keys: Keys
    breaker: Breaker
    clock: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    random: Callable[[], float]
    warn: Callable[[str], None]
    environ: Mapping[str, str]
    cwd: Path
    media_folder: Path


class Target(NamedTuple):
    """One model made ready to be called; `model` is None for one that the catalogue does not list."""

    id: str
    provider: Provider
    model: Model | None
    litellm: str
    api_key: str | None
    base_url: str | None


class Piece(NamedTuple):
    """Part of an answer, or all of it; what is None or empty was not said yet.

    `cost_usd` is what the way to the model says the whole call cost; the catalogue's prices come before it.
    """

    text: str = ""
    usage: Usage | None = None
    finish_reason: str | None = None
    tool_calls: tuple[Mapping[str, Any], ...] = ()
    citations: tuple[str, ...] = ()
    reported_model: str | None = None
    cost_usd: float | None = None
    files: tuple[str, ...] = ()


class CallFailed(Exception):
    """A model did not answer: `failure` says how, `text` is one line without keys and prompt.

    `retry_after_s` is what the provider asked for; `final` says that trying again cannot help.
    """

    def __init__(
        self, failure: Failure, text: str, retry_after_s: float | None = None, final: bool = False
    ) -> None:
        super().__init__(text)
        self.failure = failure
        self.text = text
        self.retry_after_s = retry_after_s
        self.final = final


Upstream = Callable[[Target, Ask, float], AsyncGenerator[Piece, None]]
"""A way to reach a model: target, what is asked, seconds it may wait; raises `CallFailed`."""
