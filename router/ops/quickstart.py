"""`quickstart`: into the hosts that are found, what can be called, and a first decision; nothing is asked."""

from collections.abc import Mapping
from typing import Any

from router.ops.operation import Hints, Operation, Parameter, Result, Surroundings
from router.ops.reused import same_as

_PROMPT = "what does os.path.join do?"


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """The installation's result, the providers that can be called, a decision and what comes next."""
    installed = same_as("install", headless=values["headless"])({}, around)
    rows = same_as("providers")({}, around).plain["providers"]
    ready = [row["provider"] for row in rows if row["configured"]]
    decided = same_as("dry_run")({"prompt": _PROMPT}, around)
    after = _after(bool(installed.plain["hosts"]), bool(ready))
    plain = {"install": installed.plain, "providers": ready, "decision": decided.plain, "next": after}

    def text(colour: bool) -> str:
        return "\n".join([
            "1. coding agents", installed.text(colour), "",
            "2. providers that can be called", ", ".join(ready) or "none yet", "",
            f"3. a decision: llm-router test \"{_PROMPT}\"", decided.text(colour), "",
            "next", *(f"  {line}" for line in after),
        ])  # fmt: skip

    return Result(plain, text, installed.exit_code)


def _after(hosts: bool, ready: bool) -> list[str]:
    steps = []
    if not ready:
        steps.append(
            "llm-router setup PROVIDER     keeps a key; `llm-router setup` lists providers, some with a free tier"
        )
    if hosts:
        steps.append("llm-router verify             tries what was installed; then restart the agents")
    return [
        *steps,
        "llm-router config init        a policy of your own",
        "llm-router uninstall          takes everything out again",
    ]


OPERATION = Operation(
    name="quickstart",
    summary="install, see what can be called, and a first decision",
    description="Does `install` for the hosts that are found, lists the providers and decides one prompt. Asks nothing.",
    parameters=(Parameter("headless", "leave out programs with windows", kind="flag"),),
    run=run,
    example="llm-router quickstart",
    hints=Hints(read_only=False),
)
