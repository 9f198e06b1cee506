"""A name of a chain -> a model that can be called, or why it cannot."""

from router.dispatch.ports import Keys, Target
from router.model.catalogue import Catalogue


def target_of(id_: str, catalogue: Catalogue, keys: Keys) -> Target | str:
    """The target of `provider/model`; a line of text when the provider is unknown or has no key.

    A model that the catalogue does not list is called by the provider's prefix and its name.
    """
    provider_id, _, name = id_.partition("/")
    provider = catalogue.providers.get(provider_id)
    if provider is None or not name:
        return f"no provider `{provider_id}` in the catalogue"
    key = keys.api_key(provider_id)
    if provider.kind == "api" and provider.key_variables and not key:
        return f"no key for {provider.name}: set {provider.key_variables[0]}"
    model = catalogue.models.get(id_)
    litellm = (model.litellm if model else "") or f"{provider.litellm_prefix or provider_id}/{name}"
    return Target(id_, provider, model, litellm, key, keys.base_url(provider_id) or provider.base_url)
