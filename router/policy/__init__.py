"""The slow half: policy text becomes a decision table."""
