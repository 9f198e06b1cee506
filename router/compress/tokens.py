"""Tokens as a model counts them, for reports: o200k by the table LiteLLM ships, without a network; else the estimate."""

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from router.compress.weight import weight

ESTIMATE = "estimate"
"""What counted where no tokenizer is."""
_TABLE = "o200k_base"
_SLICE = 100_000
_FOLDER = "TIKTOKEN_CACHE_DIR"
"""Where tiktoken looks for its tables before it asks the network."""
_FILE = "fb374d419588a4632f3f557e76b4b70aebbca790"
"""The table's name there: the SHA-1 of its address."""


def count(text: str) -> tuple[int, str]:
    """The tokens of a text and what counted them: `o200k_base`, or `estimate`."""
    encoding = _encoding()
    if encoding is None:
        return weight(text), ESTIMATE
    parts = (text[at : at + _SLICE] for at in range(0, len(text), _SLICE))
    return sum(len(encoding.encode(part, disallowed_special=())) for part in parts), _TABLE


@cache
def _encoding() -> Any:
    """tiktoken's encoding, or None when it or its table is not there; nothing is ever fetched."""
    folder = _shipped_tables()
    if folder is None or find_spec("tiktoken") is None:
        return None
    import tiktoken

    before = os.environ.get(_FOLDER)
    os.environ[_FOLDER] = str(folder)
    try:
        return tiktoken.get_encoding(_TABLE)
    finally:
        if before is None:
            del os.environ[_FOLDER]
        else:
            os.environ[_FOLDER] = before


def _shipped_tables() -> Path | None:
    """The folder of tables in LiteLLM's package, found without importing it."""
    spec = find_spec("litellm")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "litellm_core_utils" / "tokenizers"
        if (folder / _FILE).is_file():
            return folder
    return None
