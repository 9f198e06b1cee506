"""Values that modules make of their own text, which processes of hooks keep as they do modules."""

import sys
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


def prepared(module: str, make: Callable[[], Value]) -> Value:
    """What `make` gives, for a module that makes one value of its own text alone, of types that `marshal` can write."""
    bundle = sys.modules.get("router.base.lean.bundle")
    if bundle is None:
        return make()
    value: Value = bundle.prepared(module, make)
    return value
