"""Rule files: text to nodes and back."""

from router.policy.parse.parser import parse_policy

__all__ = ["parse_policy"]
