"""The event `status_line` of a host, run as `python -I -S hooks/status_line.py [--host NAME]`."""

import sys

sys.path.insert(0, __file__.replace("\\", "/").rpartition("/hooks/")[0].removesuffix("/router/_shipped"))

from router.faces.hooks.main import run

run("status_line")
