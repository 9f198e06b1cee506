"""Policy router for LLM calls."""
