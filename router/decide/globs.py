"""Matching model names against globs in linear space and at worst quadratic time, without regular expressions."""


def glob_matches(glob: str, text: str) -> bool:
    """Whether the whole text matches: ``*`` is any run of characters, ``?`` one character."""
    at = of = 0
    star, resume = -1, 0
    while at < len(text):
        if of < len(glob) and glob[of] == "*":
            star, resume = of, at
            of += 1
        elif of < len(glob) and glob[of] in ("?", text[at]):
            at += 1
            of += 1
        elif star >= 0:
            resume += 1
            at, of = resume, star + 1
        else:
            return False
    return all(char == "*" for char in glob[of:])


def target_covers(kind: str, text: str, model: str) -> bool:
    """Whether a target of kind `model`, `provider` or `pattern` covers a `provider/model` name.

    A pattern is held against the whole name and against the part after the provider.
    """
    if kind == "provider":
        return model.startswith(f"{text}/")
    if kind == "pattern":
        return glob_matches(text, model) or glob_matches(text, model.partition("/")[2])
    return text == model
