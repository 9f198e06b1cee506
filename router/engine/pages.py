"""Every problem's page by its code, gathered from the modules that report them."""

from router.analyse.pages import PAGES as ANALYSE
from router.base.files import PAGES as FILES
from router.base.pages import Page
from router.compress.filter_files import PAGES as FILTERS
from router.dispatch.key_sources import PAGES as KEYS
from router.engine.outcomes import PAGES as OUTCOMES
from router.policy.catalogue import PAGES as CATALOGUE
from router.policy.check.pages import PAGES as LANGUAGE
from router.policy.compile import PAGES as COMPILE
from router.policy.convert import PAGES as CONVERT
from router.policy.sources import (
    environment,
    globs,
    locks,
    org_text,
    organisation,
    places_of,
    schema_check,
    yaml_faults,
    yaml_reader,
)

_SOURCES = (
    environment,
    globs,
    locks,
    org_text,
    organisation,
    places_of,
    schema_check,
    yaml_faults,
    yaml_reader,
)


def all_pages() -> dict[str, Page]:
    """Code to page, in the order of the codes; a code with two pages is a fault of ours."""
    pages: list[Page] = [*FILES, *LANGUAGE.values(), *COMPILE, *CONVERT, *CATALOGUE, *ANALYSE, *KEYS, *FILTERS]
    pages += OUTCOMES
    pages += [page for module in _SOURCES for page in module.PAGES]
    found = {page.code: page for page in pages}
    assert len(found) == len(pages), "two pages for one code"
    return dict(sorted(found.items()))
