"""The texts of what a model is asked."""

from collections.abc import Iterator, Mapping

from router.model.call import Ask


def texts_of(ask: Ask) -> Iterator[str]:
    """Every text of the messages, parts of a message each on their own; images have none."""
    for message in ask.messages:
        content = message.get("content")
        if isinstance(content, str):
            yield content
        elif isinstance(content, list | tuple):
            yield from (str(part.get("text", "")) for part in content if isinstance(part, Mapping))
