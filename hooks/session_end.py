"""The event `session_end` of a host, run as `python -I -S hooks/session_end.py [--host NAME]`."""

import sys

sys.path.insert(0, __file__.replace("\\", "/").rpartition("/hooks/")[0].removesuffix("/router/_shipped"))

from router.faces.hooks.main import run

run("session_end")
