"""`doctor`: the name under which many look for `verify`."""

from router.ops.verified import operation

OPERATION = operation("doctor")
