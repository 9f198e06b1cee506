"""Zed: no hooks that run a command; it knows us by the MCP server alone."""

from router.hosts.host import Host

HOST = Host(name="zed", title="Zed", tool_form="{server}:{tool}")
