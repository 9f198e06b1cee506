"""Claude Desktop: no hooks that run a command; it knows us by the MCP server alone."""

from router.hosts.host import Host

HOST = Host(name="claude-desktop", title="Claude Desktop", tool_form="{tool}")
