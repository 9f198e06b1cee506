"""Shorter text for a model: command output here, answers and pages in `text`."""
