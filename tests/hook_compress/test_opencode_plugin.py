"""OpenCode's plugin puts the answered text in, and leaves the output as it is where nothing is answered."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.hook_compress.world import ROOT

NODE = shutil.which("node")
RUN = """
const { LlmRouter } = await import(process.argv[2])
const output = { title: "t", output: "long", metadata: { exit: 0 } }
await (await LlmRouter({ directory: "/" }))["tool.execute.after"]({ tool: "bash", sessionID: "s", callID: "c" }, output)
console.log(JSON.stringify(output))
"""


@pytest.mark.skipif(NODE is None, reason="node is not installed")
@pytest.mark.parametrize(("answer", "shown"), [('{"output": "short"}', "short"), ("", "long"), ("{}", "long"), ('{"output": 5}', "long")])
def test_the_plugin_replaces_an_output_by_a_text_alone(tmp_path: Path, answer: str, shown: str) -> None:
    commands = {"tool.execute.after": [sys.executable, "-c", f"import sys; sys.stdin.read(); print({answer!r})"]}
    source = (ROOT / "hooks" / "plugin" / "opencode.js").read_text("utf-8")
    assert source.count("/* commands */ {}") == 1
    (tmp_path / "plugin.mjs").write_text(source.replace("/* commands */ {}", json.dumps(commands)), encoding="utf-8")
    (tmp_path / "run.mjs").write_text(RUN, encoding="utf-8")
    command = [str(NODE), str(tmp_path / "run.mjs"), str(tmp_path / "plugin.mjs")]
    made: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert made == {"title": "t", "output": shown, "metadata": {"exit": 0}}
