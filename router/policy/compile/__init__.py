"""Rules of all layers become one decision table."""

from router.base.pages import Page

_WIDE = " and ".join(f'(path like "a{n}*" or host is h{n} or branch is b{n})' for n in range(8))

PAGES: tuple[Page, ...] = (
    Page(
        code="R410",
        title="a condition is too large",
        why=(
            "A condition is stored as alternatives, each a list of simple questions, so that a decision costs the same\n"
            "however many rules there are. `and` over many `or`s multiplies their number, and `let` names that use each\n"
            "other double it. The limit keeps hostile policies from using unbounded time or memory."
        ),
        bad=f"rule too-wide\n  tag wide\n  when {_WIDE}\n",
        good='rule narrow\n  tag wide\n  when path like "a*" or host in (h1, h2) or branch is b1\n',
    ),
)
