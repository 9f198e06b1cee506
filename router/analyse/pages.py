"""The pages of the analysis' codes, each from the module that reports it."""

from router.analyse import hidden, idle, overlaps, targets
from router.base.pages import Page

PAGES: tuple[Page, ...] = (*hidden.PAGES, *idle.PAGES, *targets.PAGES, *overlaps.PAGES)
