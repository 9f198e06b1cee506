"""What holds for every test: a slow machine is no fault of the code, and a gate's verdict is of the commit alone.

Where `CI` is set, Hypothesis draws the same examples for the same code: a run that fails fails again. Elsewhere it draws new
ones each time, which is where a rare counterexample is found; it is then pinned with `@example`.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("gate", settings.get_profile("any-machine"), derandomize=True, print_blob=True)
settings.load_profile("gate" if os.environ.get("CI") else "any-machine")
