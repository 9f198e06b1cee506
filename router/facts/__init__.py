"""Everything a rule may ask, one file a fact; `FACTS` is the registry."""

from router.facts.registry import FACTS, find_fact

__all__ = ["FACTS", "find_fact"]
