"""The closed vocabularies that both halves share, each said once."""

from types import MappingProxyType

TASKS = ("query", "code", "analyze", "generate", "research", "image", "video", "audio")

COMPLEXITIES = ("simple", "moderate", "complex", "deep")
"""From least to most work; `deep` is set by rules only, never by the classifier."""

JUDGED_COMPLEXITIES = COMPLEXITIES[:-1]
"""What the classifier can say."""

STYLES = ("off", "lite", "full", "ultra")
"""In how few words an answer is asked for, from as many as it takes to the fewest."""

TIERS = ("cheap", "mid", "premium")
"""From the weakest models to the strongest."""

TIER_OF = MappingProxyType({"simple": "cheap", "moderate": "mid", "complex": "premium", "deep": "premium"})
"""Complexity to the tier of model that is good enough for it."""

RESTRICTIONS = frozenset({"deny", "allow", "cap", "refuse", "approve", "redact"})
"""Effects that fire on an unknown condition too, add up over all layers and cannot be weakened."""

FIRST_MATCH = frozenset({"classify", "route", "mode", "profile"})
"""Effects of which one winner counts."""

BUCKETS = 10_000
"""Into how many parts sessions are divided for roll-outs, so 0.01 % is the finest share."""
