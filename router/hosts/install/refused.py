"""A file that is left as it is, because changing it could damage it."""

from router.base.failures import RouterError


class RefusedError(RouterError):
    """The file cannot be read as what it should be, or holds something else where our entry belongs."""
