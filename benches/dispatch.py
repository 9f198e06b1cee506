"""What the run loop adds to a call: beside LiteLLM called directly, over one loopback server, in one run."""

import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benches.state import machine
from router.base.clock import system_clock
from router.dispatch.breaker import Breaker
from router.dispatch.canned import canned_server
from router.dispatch.litellm_calls import load_litellm
from router.dispatch.ports import Ports
from router.dispatch.run import run
from router.model.call import Answer, Ask, Hop, Plan
from router.model.catalogue import Catalogue, Model, Provider
from router.model.decision import Cap
from router.model.ledger import Asker
from router.record.ledger import Ledger
from router.record.spool import Spool
from router.record.store import open_store

ROUNDS = 300
WARM_UP = 20
DRAIN_S = 0.02
MESSAGES = ({"role": "user", "content": "add an alembic revision for the new column " * 20},)
MODEL = Model("openai/m", "openai", "m", "mid", litellm="openai/m", input_usd_per_mtok=1.0, output_usd_per_mtok=2.0)
CATALOGUE = Catalogue(providers={"openai": Provider("openai", "OpenAI", "api")}, models={"openai/m": MODEL})
CAPS = (Cap(("total",), 1e6, "day", "daily"), Cap(("task", "code"), 1e6, "day", "code"))


class OneKey:
    """A key for every provider, and the loopback server's address."""

    def __init__(self, address: str) -> None:
        self._address = address

    def api_key(self, provider: str) -> str:
        return "unused"

    def base_url(self, provider: str) -> str:
        return self._address


def plan(number: int) -> Plan:
    """One call of one model under two caps."""
    return Plan(
        f"c{number}", None, Asker(), "code", "simple", ("openai/m",), (), lambda model, usd: Hop(CAPS), 300, 50
    )


async def through_router(number: int, ports: Ports, stream: bool) -> None:
    """One answer through the run loop."""
    async for event in run(plan(number), Ask(MESSAGES, stream=stream), ports):
        last = event
    assert isinstance(last, Answer), last


async def directly(address: str, stream: bool) -> None:
    """One answer from LiteLLM itself."""
    response = await load_litellm().acompletion(
        model="openai/m", messages=[dict(message) for message in MESSAGES], api_key="unused", api_base=address,
        timeout=60, num_retries=0, max_retries=0, stream=stream, drop_params=True,
        stream_options={"include_usage": True} if stream else None,
    )  # fmt: skip
    if stream:
        async for _ in response:
            pass


class Took(NamedTuple):
    """One call's milliseconds: until its answer is there, and of this process's CPU, the server's share included."""

    wall: float
    cpu: float


async def timed(call: Callable[[], Awaitable[None]]) -> Took:
    """What one call took."""
    began, used = time.perf_counter(), time.process_time()
    await call()
    took = Took(1000 * (time.perf_counter() - began), 1000 * (time.process_time() - used))
    # What LiteLLM still does after an answer would otherwise be counted as the next call's.
    await asyncio.sleep(DRAIN_S)
    return took


async def compared(address: str, ports: Ports, stream: bool) -> tuple[list[Took], list[Took]]:
    """Calls through the run loop and direct ones, taken in turn."""
    ours, theirs = [], []
    for number in range(-WARM_UP, ROUNDS):
        first = await timed(lambda number=number: through_router(number, ports, stream))
        second = await timed(lambda: directly(address, stream))
        if number >= 0:
            ours.append(first)
            theirs.append(second)
    return ours, theirs


def line(name: str, ours: list[float], theirs: list[float]) -> str:
    """Medians and their difference."""
    one, other = statistics.median(ours), statistics.median(theirs)
    return f"  {name:<15} router {one:6.2f}, LiteLLM directly {other:6.2f}: {one - other:+.2f}"


async def at_once(ports: Ports, count: int) -> tuple[int, float]:
    """How many of `count` calls at once were answered, and the milliseconds until the last one was."""
    began = time.perf_counter()
    done = await asyncio.gather(
        *(through_router(10_000 + number, ports, False) for number in range(count)), return_exceptions=True
    )
    return sum(outcome is None for outcome in done), 1000 * (time.perf_counter() - began)


def main() -> None:
    """Print medians and their difference."""
    print(machine())
    with canned_server() as server, tempfile.TemporaryDirectory() as folder:
        address = f"{server.url}/v1"
        store = open_store(Path(folder) / "ledger.db")
        purse = Ledger(store, system_clock, Spool(Path(folder)))
        ports = Ports(
            purse, CATALOGUE, OneKey(address), Breaker(time.monotonic), time.monotonic, asyncio.sleep, random.random,
            print, dict(os.environ), Path(folder), Path(folder),
        )  # fmt: skip
        print(f"one call, milliseconds, medians of {ROUNDS} alternating pairs; the ledger is SQLite, two caps hold")
        with asyncio.Runner() as runner:
            for name, stream in (("whole", False), ("streamed", True)):
                ours, theirs = runner.run(compared(address, ports, stream))
                print(line(name, [took.wall for took in ours], [took.wall for took in theirs]))
                print(line(f"{name}, CPU", [took.cpu for took in ours], [took.cpu for took in theirs]))
            answered, took = runner.run(at_once(ports, 32))
            print(f"  32 at once: {answered} answered, the last after {took:.0f} ms")
        store.close()


if __name__ == "__main__":
    main()
