"""Rule files: text to nodes and back."""

from router.policy.parse.formatter import format_policy
from router.policy.parse.parser import parse_policy
from router.policy.parse.printer import print_condition, print_policy, print_rule

__all__ = ["format_policy", "parse_policy", "print_condition", "print_policy", "print_rule"]
