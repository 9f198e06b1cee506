"""A key and an address in the person's own file: most hosts pass none of their environment on to a server."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from router.base.shipped import shipped
from tests.e2e.clients import Place, not_late, place
from tests.fake_provider.server import FakeProvider
from tests.fake_provider.step import Step

PROMPT = "What does os.path.join do?"
TOLD = "llm-router: this prompt is query/simple"
ANSWER = "it joins paths, says the routed model"
HELD = "the policy has query/simple answered by another model"
REFUSING = 'rule no-paths\n  refuse\n  when prompt contains "os.path"\n  because "ask the library team"\n'
SHELL = "echo from-the-shell"
DONE = Step(text="done")


def answers(there: Place, fake: FakeProvider) -> None:
    """What a routed call is answered with from now on in this home."""
    folder = there.home / ".llm-router"
    folder.mkdir(mode=0o700, exist_ok=True)
    keys = folder / ".env"
    keys.write_text(f"ANTHROPIC_API_KEY=sk-ant-none\nANTHROPIC_BASE_URL={fake.base_url('anthropic')}\n")
    keys.chmod(0o600)
    fake.always("anthropic", Step(text=ANSWER))


def with_program(there: Place) -> Place:
    """The same place with our programs on PATH, where a plugin looks for them, and a policy that is compiled."""
    there.router("check")
    path = f"{Path(sys.executable).parent}:{there.environ['PATH']}"
    assert shutil.which("llm-router-hook", path=path) and shutil.which("llm-router", path=path)
    return replace(there, environ={**there.environ, "PATH": path})


MARKET = str(shipped("hooks/plugin"))
"""The folder that hosts install our plugin from."""


def offline(test: Callable[[Place, FakeProvider], None]) -> Callable[[Path], None]:
    """A test of a client in a home of its own where routed calls are answered, tried again when hooks were too late."""

    @not_late
    def tried(tmp_path: Path) -> None:
        with FakeProvider() as fake:
            there = place(tmp_path)
            answers(there, fake)
            test(there, fake)

    return tried
