"""The MCP server: every tool operation over stdio or loopback HTTP."""
