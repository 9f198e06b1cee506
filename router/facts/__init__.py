"""Everything a rule may ask, one file a fact; `FACTS` is the registry."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from router.facts.registry import FACTS, find_fact

__all__ = ["FACTS", "find_fact"]


def __getattr__(name: str) -> object:
    """The registry's names, imported when first asked for: deciding needs single facts, and a hook has no time for all."""
    if name in __all__:
        from router.facts import registry

        return getattr(registry, name)
    raise AttributeError(name)
