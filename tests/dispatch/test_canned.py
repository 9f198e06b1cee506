"""The server of canned answers, called as any OpenAI-compatible one."""

import socket

import pytest

from router.dispatch.canned import canned_server
from router.model.call import Answer, Delta
from tests.dispatch.support import World, ask, plan
from tests.fake_provider import FakeProvider

SAYS = "[canned answer, no model was called] This stands where `some-model` would have answered."


class AtCanned(FakeProvider):
    """Sends every provider to the canned server."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def base_url(self, provider: str) -> str:
        """The canned server's address."""
        return f"{self.url}/v1"


@pytest.mark.parametrize("stream", [False, True])
def test_its_answers_say_that_they_are_canned(stream: bool) -> None:
    with canned_server() as server:
        events = World(AtCanned(server.url)).events(plan("gateway/some-model"), ask(stream=stream))
    answer = events[-1]
    assert isinstance(answer, Answer)
    assert answer.text.strip() == SAYS
    assert answer.usage.output > 0
    assert (sum(isinstance(event, Delta) for event in events) > 1) is stream


@pytest.mark.parametrize("rubbish", [b"\x00\xff\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n"])
def test_rubbish_ends_its_own_connection_only(rubbish: bytes) -> None:
    with canned_server() as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.sendall(rubbish)
            assert connection.recv(1024) == b""
        assert World(AtCanned(server.url)).answer(plan("gateway/some-model"), ask()).text == SAYS
