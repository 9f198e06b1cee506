"""Pictures, films and speech: made by a provider, saved whole to files of the user."""

from router.dispatch.media.make import make
from router.dispatch.media.studio import Made, Studio

__all__ = ["Made", "Studio", "make"]
