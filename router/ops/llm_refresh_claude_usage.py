"""`llm_refresh_claude_usage`: the subscription's windows, asked of Anthropic with Claude Code's own sign-in."""

from collections.abc import Mapping
from typing import Any

from router.base.failures import RouterError
from router.ops.operation import Hints, Operation, Result, Surroundings

_ADDRESS = "https://api.anthropic.com"
_PATH = "/api/oauth/usage"
_BETA = "oauth-2025-04-20"
_WAIT_S = 10.0


def run(values: Mapping[str, Any], around: Surroundings) -> Result:
    """Asks once and keeps the answer; raises `RouterError` when there is no sign-in or no answer."""
    import httpx

    from router.base.places import find_places
    from router.engine.quotas import keep_quotas
    from router.ops.quota_words import quota_lines, quota_record

    token = _token(around.environ)
    address = around.environ.get("ANTHROPIC_BASE_URL") or _ADDRESS
    try:
        answer = httpx.get(
            f"{address.rstrip('/')}{_PATH}",
            headers={"Authorization": f"Bearer {token}", "anthropic-beta": _BETA},
            timeout=_WAIT_S,
        )
        plain = answer.json() if answer.status_code == 200 else None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as failure:
        raise RouterError(f"Anthropic could not be asked: {type(failure).__name__}") from None
    if not isinstance(plain, dict):
        raise RouterError(f"Anthropic answered with status {answer.status_code}: sign in to Claude Code again")
    quotas = keep_quotas(find_places(around.environ, around.cwd).user, plain, around.clock())
    return Result({"windows": [quota_record(q) for q in quotas]}, lambda _: "\n".join(quota_lines(quotas)))


def _token(environ: Mapping[str, str]) -> str:
    import json
    from pathlib import Path

    home = Path(environ.get("CLAUDE_CONFIG_DIR") or Path(environ.get("HOME") or "~").expanduser() / ".claude")
    try:
        plain = json.loads((home / ".credentials.json").read_bytes())
        token = plain["claudeAiOauth"]["accessToken"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise RouterError("no sign-in of Claude Code is found here; llm_update_usage takes what claude.ai shows") from None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        raise RouterError("the sign-in of Claude Code is not readable")
    return token


OPERATION = Operation(
    name="llm_refresh_claude_usage",
    summary="ask Anthropic how much of the subscription is used",
    description="Asks Anthropic for the subscription's usage, with Claude Code's sign-in.",
    parameters=(),
    run=run,
    hints=Hints(read_only=False, open_world=True),
    output={"windows": {"type": "array"}},
    example="llm-router llm_refresh_claude_usage",
)
