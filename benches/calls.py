"""What the whole path adds to a call: decision, budget, ledger and audit log beside LiteLLM called directly, in one run."""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benches.state import machine
from router.dispatch.canned import canned_server
from router.dispatch.litellm_calls import load_litellm
from router.engine.asking import Service, answer_of
from router.engine.serving import open_service
from router.model.call import Ask

ROUNDS = 200
WARM_UP = 20
AT_ONCE = 32
AFTERWARDS_S = 0.02
PROMPT = "add an alembic revision for the new column " * 5
POLICY = "rule pin\n  route to openai/gpt-6-luna\nrule limit\n  cap total at $1000/day\n  cap task code at $1000/day\n"


async def timed(call: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Wall milliseconds until there is an answer, CPU milliseconds with what either side does after it.

    Both leave work behind; unless it is waited for, the other side's next call pays for it. The server shares this
    process, so its work is in both sides.
    """
    wall, cpu = time.perf_counter(), time.process_time()
    await call()
    wall = time.perf_counter() - wall
    await asyncio.sleep(AFTERWARDS_S)
    return 1000 * wall, 1000 * (time.process_time() - cpu)


async def measure(service: Service, address: str) -> None:
    ask = Ask(({"role": "user", "content": PROMPT},))

    async def ours() -> object:
        return await answer_of(service, service.router.request(PROMPT, session="s"), ask, "library")

    async def theirs() -> object:
        return await load_litellm().acompletion(
            model="openai/gpt-6-luna", messages=[{"role": "user", "content": PROMPT}], api_key="unused",
            api_base=address, num_retries=0, max_retries=0,
        )  # fmt: skip

    for _ in range(WARM_UP):
        await ours()
        await theirs()
    pairs = [(await timed(theirs), await timed(ours)) for _ in range(ROUNDS)]
    for name, at in (("wall", 0), ("CPU", 1)):
        bare, whole = (statistics.median(side[at] for side in column) for column in zip(*pairs, strict=True))
        more = statistics.median(b[at] - a[at] for a, b in pairs)
        print(f"{name:<4}  LiteLLM alone {bare:.1f} ms, the whole path {whole:.1f} ms: {more:.1f} ms more (median of {ROUNDS} pairs)")
    answers = await asyncio.gather(*(ours() for _ in range(AT_ONCE)))
    print(f"{AT_ONCE} calls at once: {len(answers)} answers")


def main() -> None:
    print(machine())
    with tempfile.TemporaryDirectory() as name, canned_server() as server:
        folder = Path(name) / "repository"
        (folder / ".git").mkdir(parents=True)
        (folder / ".llm-router").mkdir()
        (folder / ".llm-router" / "policy.rules").write_text(POLICY, encoding="utf-8")
        address = f"{server.url}/v1"
        environ = {
            "HOME": name, "LLM_ROUTER_HOME": f"{name}/home", "PATH": "", "OPENAI_API_KEY": "unused-no-real-key",
            "OPENAI_BASE_URL": address, "OLLAMA_BASE_URL": "http://127.0.0.1:9",
        }  # fmt: skip
        os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
        service = open_service(folder, environ)
        decision = service.router.decide(PROMPT)
        assert decision.chain == ("openai/gpt-6-luna",) and len(service.router.caps) == 2, "the policy is not in force"
        asyncio.run(measure(service, address))


if __name__ == "__main__":
    main()
