"""Compression of prose and pages: answers, style prompts, accessibility snapshots."""
