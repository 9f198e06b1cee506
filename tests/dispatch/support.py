"""What tests of dispatch share: a purse in memory, keys, a small catalogue, and a plan over the fake provider."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from router.dispatch.breaker import Breaker
from router.dispatch.ports import Ports
from router.dispatch.run import run
from router.model.call import Answer, Ask, Event, Hop, Plan
from router.model.catalogue import Catalogue, Model, Provider
from router.model.decision import Cap
from router.model.ledger import Asker, Claim, Exceeded, Reservation, Settlement
from tests.fake_provider import FakeProvider

KEY = "sk-secret-0123456789abcdef"
PROMPT = "Why does the ledger of the north harbour never balance on Thursdays?"

PROVIDERS = {
    "openai": Provider("openai", "OpenAI", "api", ("OPENAI_API_KEY",), "openai"),
    "anthropic": Provider("anthropic", "Anthropic", "api", ("ANTHROPIC_API_KEY",), "anthropic"),
    "gemini": Provider("gemini", "Google Gemini", "api", ("GEMINI_API_KEY",), "gemini"),
    "perplexity": Provider("perplexity", "Perplexity", "api", ("PERPLEXITY_API_KEY",), "perplexity"),
    "ollama": Provider("ollama", "Ollama", "local", (), "ollama_chat", free=True),
    "gateway": Provider("gateway", "A gateway", "api", (), "openai"),
    "codex": Provider("codex", "Codex CLI", "agent", (), "chatgpt", free=True),
}


def model(id: str, litellm: str = "", **more: Any) -> Model:
    """A model that costs 1, 0.1 (cached) and 2 US dollars for a million tokens, unless `more` says otherwise."""
    provider, _, name = id.partition("/")
    prices = {"input_usd_per_mtok": 1.0, "cached_usd_per_mtok": 0.1, "output_usd_per_mtok": 2.0}
    return Model(id, provider, name, "mid", litellm=litellm, **(prices | more))


MODELS = [
    model("openai/gpt-6-luna", "openai/gpt-6-luna"),
    model("openai/other", "openai/other"),
    model("anthropic/claude-haiku-5-5", "anthropic/claude-haiku-5-5"),
    model("gemini/gemini-3.8-flash", "gemini/gemini-3.8-flash"),
    model("perplexity/sonar", "perplexity/sonar"),
    model("ollama/qwen3.5:latest", "ollama_chat/qwen3.5:latest", free=True),
]
CATALOGUE = Catalogue(providers=PROVIDERS, models={item.id: item for item in MODELS})


@dataclass
class MemoryPurse:
    """A purse of one process: caps hold, every reservation is settled once or the test sees it."""

    reserved: dict[str, Reservation] = field(default_factory=dict)
    settled: list[tuple[Claim, Settlement]] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    twice: int = 0
    on_reserve: Callable[[], object] = lambda: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def reserve(self, claim: Claim) -> Reservation | Exceeded:
        """As `Purse` says."""
        self.on_reserve()
        with self.lock:
            self.claims.append(claim)
            spent = sum(settlement.cost_usd or 0.0 for _, settlement in self.settled)
            held = sum(item.claim.estimate_usd or 0.0 for item in self.reserved.values())
            estimate = claim.estimate_usd or 0.0
            for cap in claim.caps:
                if spent + held + estimate > cap.usd:
                    return Exceeded(cap, spent, held, estimate)
            reservation = Reservation(f"r{len(self.claims)}", claim)
            self.reserved[reservation.id] = reservation
            return reservation

    def settle(self, reservation: Reservation, settlement: Settlement) -> None:
        """As `Purse` says, and a second time is counted."""
        with self.lock:
            if self.reserved.pop(reservation.id, None) is None:
                self.twice += 1
            self.settled.append((reservation.claim, settlement))

    @property
    def outcomes(self) -> list[tuple[str, str | None]]:
        """Outcome and failure of every settled attempt."""
        return [(settlement.outcome, settlement.failure) for _, settlement in self.settled]


@dataclass
class FakeKeys:
    """Every provider has the same key, and stands at the fake provider's address."""

    fake: FakeProvider
    without: frozenset[str] = frozenset()

    def api_key(self, provider: str) -> str | None:
        """As `Keys` says."""
        return None if provider in self.without else KEY

    def base_url(self, provider: str) -> str | None:
        """As `Keys` says."""
        return self.fake.base_url(provider)


@dataclass
class ScriptedClock:
    """Time that only moves when something sleeps, or is told to."""

    now: float = 100.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Sleep without waiting."""
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class World:
    """Everything around one call; `ports` is made of it."""

    fake: FakeProvider
    purse: MemoryPurse = field(default_factory=MemoryPurse)
    clock: ScriptedClock = field(default_factory=ScriptedClock)
    keys: FakeKeys | None = None
    breaker: Breaker | None = None
    catalogue: Catalogue = CATALOGUE
    environ: Mapping[str, str] = field(default_factory=dict)
    cwd: Path = field(default_factory=Path.cwd)
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keys = self.keys or FakeKeys(self.fake)
        self.breaker = self.breaker or Breaker(self.clock, threshold=100)

    @property
    def ports(self) -> Ports:
        """The ports of a call in this world."""
        assert self.keys and self.breaker
        return Ports(
            self.purse, self.catalogue, self.keys, self.breaker, self.clock, self.clock.sleep, lambda: 0.0,
            self.warnings.append, self.environ, self.cwd, self.cwd / "media",
        )  # fmt: skip

    def answer(self, plan: Plan, asked: Ask) -> Answer:
        """The answer of a call that is run to its end."""
        last = self.events(plan, asked)[-1]
        assert isinstance(last, Answer)
        return last

    def events(self, plan: Plan, asked: Ask) -> list[Event]:
        """All events of a call that is run to its end."""
        return asyncio.run(self.collected(plan, asked))

    async def collected(self, plan: Plan, asked: Ask) -> list[Event]:
        """All events of a call, within a running loop."""
        return [event async for event in run(plan, asked, self.ports)]


def ask(text: str = PROMPT, **more: Any) -> Ask:
    """A prompt by a user."""
    return Ask(({"role": "user", "content": text},), **more)


def plan(*chain: str, caps: tuple[Cap, ...] = (), **more: Any) -> Plan:
    """A plan over `chain` that policy lets pass."""
    given = {
        "call_id": "c1", "decision_id": "d1", "asker": Asker(), "task": "query", "complexity": "simple",
        "chain": chain, "emergency": (), "check": lambda model, usd: Hop(caps), "input_tokens": 1000,
        "output_tokens": 500,
    }  # fmt: skip
    return Plan(**(given | more))
