"""Pictures, films and speech: made by a provider, saved whole to files of the user."""

from router.dispatch.media.make import make
from router.dispatch.media.studio import Made, Studio
from router.dispatch.media.way import through_media

__all__ = ["Made", "Studio", "make", "through_media"]
