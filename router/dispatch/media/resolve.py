"""A host's IP addresses."""

import asyncio
import socket


async def resolve(host: str, port: int) -> tuple[str, ...]:
    """The addresses of a host as text, each once; raises `OSError` when it has none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(row[4][0]) for row in found))
