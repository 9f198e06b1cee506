"""Prompt -> task, complexity and tier: features and inference by the standard library; training beside them."""

from router.decide.classify.classifier import Classification, Classifier, load_classifier
from router.decide.classify.scores import tier_for

__all__ = ["Classification", "Classifier", "load_classifier", "tier_for"]
