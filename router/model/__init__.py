"""Frozen values: requests, facts, decisions, the catalogue."""
