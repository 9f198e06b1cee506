"""OpenClaw: no hooks that run a command; it knows us by the MCP server alone."""

from router.hosts.host import Host

HOST = Host(name="openclaw", title="OpenClaw", tool_form="{server}__{tool}")
