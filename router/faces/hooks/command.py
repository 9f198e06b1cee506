"""The program `llm-router-hook EVENT [--host NAME]`, for plugins, which know no path of ours."""

import sys

from router.faces.hooks.main import run

_KINDS = (
    "prompt",
    "before_model",
    "before_tool",
    "after_tool",
    "session_start",
    "session_end",
    "status_line",
)


def main() -> None:
    """Runs the hook of that event; another word ends it with 0, since a hook never stops its host."""
    kind = sys.argv[1] if len(sys.argv) > 1 else ""
    if kind in _KINDS:
        run(kind)
