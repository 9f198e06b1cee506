"""Thin faces: they turn their own dialect into an operation and print its result."""
