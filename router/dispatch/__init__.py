"""A decision's chain becomes model calls: attempts, fallbacks, breaker, streaming, media."""
