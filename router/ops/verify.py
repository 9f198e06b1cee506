"""`verify`: what is installed, tried as the hosts would run it."""

from router.ops.verified import operation

OPERATION = operation("verify")
