"""Ids of rows."""

import os


def new_id(now: int) -> str:
    """A new id of 32 hexadecimal digits that sorts by time: milliseconds of `now` (UTC microseconds), then chance."""
    return f"{now // 1000:012x}{os.urandom(10).hex()}"
