"""A fake provider: scripted answers in the wire formats of real ones, over HTTP on loopback."""

from tests.fake_provider.gate import Gate
from tests.fake_provider.server import FakeProvider, Seen
from tests.fake_provider.step import Step, tool_call

__all__ = ["FakeProvider", "Gate", "Seen", "Step", "tool_call"]
