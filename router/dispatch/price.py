"""What a call cost, and how many tokens it took when nobody said."""

import json

from router.dispatch.prompt import texts_of
from router.model.call import Ask
from router.model.catalogue import Catalogue
from router.model.ledger import Usage

_PER_MTOK = 1_000_000
_CHARACTERS_PER_TOKEN = 4


def cost_usd(catalogue: Catalogue, model_id: str, usage: Usage) -> float | None:
    """US dollars by the catalogue's prices; None when it has none for the model.

    Tokens from the prompt cache cost the cached price where one is known, else as much as any other.
    """
    provider = catalogue.providers.get(model_id.partition("/")[0])
    model = catalogue.models.get(model_id)
    if (model and model.free) or (provider and provider.free):
        return 0.0
    if model is None or model.input_usd_per_mtok is None or model.output_usd_per_mtok is None:
        return None
    cached_price = model.input_usd_per_mtok if model.cached_usd_per_mtok is None else model.cached_usd_per_mtok
    cached = min(usage.cached, usage.input)
    tokens = (
        (usage.input - cached) * model.input_usd_per_mtok
        + cached * cached_price
        + usage.output * model.output_usd_per_mtok
    )
    return tokens / _PER_MTOK + model.call_usd


def tokens_of(text: str) -> int:
    """About how many tokens a text has: four characters each, at least one for any text."""
    return -(-len(text) // _CHARACTERS_PER_TOKEN)


def input_tokens(ask: Ask) -> int:
    """About how many tokens are asked, by the characters of messages and tools; images count nothing."""
    texts = sum(map(tokens_of, texts_of(ask)))
    return texts + (tokens_of(json.dumps(ask.tools)) if ask.tools else 0)
