"""Amounts in words, the same in every report."""


def dollars(amount: float) -> str:
    """An amount with as many digits as it needs to be told from nothing."""
    if amount < 0:
        return f"-{dollars(-amount)}"
    if amount == 0:
        return "$0.00"
    return f"${amount:,.2f}" if amount >= 1 else f"${amount:.4f}" if amount >= 0.0001 else f"${amount:.6f}"


def percent(share: float | None) -> str:
    """A share as a whole percentage; a dash when there is nothing to be a share of."""
    return "–" if share is None else f"{share * 100:.0f}%"
