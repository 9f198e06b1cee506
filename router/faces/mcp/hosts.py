"""Which program calls, by the name it gives itself in the handshake."""

_HOSTS = {
    "claude-code": "claude-code",
    "codex-mcp-client": "codex",
    "gemini-cli-mcp-client": "gemini-cli",
    "opencode": "opencode",
    "copilot-cli": "copilot-cli",
    "factory-cli": "factory-droid",
    "inspector-cli": "inspector",
}
_SHOW_DATA = frozenset({"claude-code", "codex", "copilot-cli"})


def shows_data(host: str) -> bool:
    """Whether a host gives its model the structured content of a result, in place of the text or beside it."""
    return host in _SHOW_DATA


def host_of(client: str | None) -> str:
    """The host's name as rules write it; a client that is not known goes by its own name, cut to a plain word."""
    if not client:
        return "mcp"
    plain = "".join(each if each.isalnum() or each in "-_." else "-" for each in client.lower())[:40]
    return _HOSTS.get(client, plain.strip("-") or "mcp")
