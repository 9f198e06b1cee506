"""Every problem's page by its code, gathered from the modules that report them."""

from router.analyse import PAGES as ANALYSE_PAGES
from router.base.pages import Page
from router.policy.check.pages import PAGES as LANGUAGE_PAGES
from router.policy.compile import PAGES as COMPILE_PAGES
from router.policy.sources import PAGES as LAYER_PAGES


def all_pages() -> dict[str, Page]:
    """Code to page, in the order of the codes; a code with two pages is a fault of ours."""
    pages = [*LANGUAGE_PAGES.values(), *LAYER_PAGES, *COMPILE_PAGES, *ANALYSE_PAGES]
    found = {page.code: page for page in pages}
    assert len(found) == len(pages), "two pages for one code"
    return dict(sorted(found.items()))
