"""`python -m tests.fake_provider`: serves polite answers until its standard input ends; prints its addresses."""

import json
import sys

from tests.fake_provider.server import FakeProvider

NAMES = ("openai", "anthropic", "gemini", "perplexity", "ollama", "gateway")

with FakeProvider() as fake:
    print(json.dumps({name: fake.base_url(name) for name in NAMES}), flush=True)
    sys.stdin.read()
