"""Rules of all layers become one decision table."""
