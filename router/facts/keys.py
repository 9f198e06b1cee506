"""Names of facts with an argument, as the table and recorded requests spell them."""

_WITHOUT_PERIOD = "session"


def fact_key(name: str, argument: str | None, period: str | None = None) -> str:
    """`pressure(anthropic)`, `spend(task code)/day`, `spend(session)`; a spend without a period is the day's."""
    if argument is None:
        return name
    key = f"{name}({argument})"
    if name != "spend" or argument == _WITHOUT_PERIOD:
        return key
    return f"{key}/{period or 'day'}"
