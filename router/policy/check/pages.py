"""The pages of the parser's and the checks' codes."""

from router.base.pages import Page
from router.policy.check.facts import PAGES as FACTS
from router.policy.check.patterns import PAGES as PATTERNS
from router.policy.check.structure import PAGES as STRUCTURE
from router.policy.check.targets import PAGES as TARGETS
from router.policy.parse.pages import PAGES as SYNTAX

PAGES: dict[str, Page] = {
    page.code: page for group in (SYNTAX, FACTS, PATTERNS, TARGETS, STRUCTURE) for page in group
}
