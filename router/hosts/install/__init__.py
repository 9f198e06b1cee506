"""Edits of other programs' files as a plan: shown, applied, undone."""
