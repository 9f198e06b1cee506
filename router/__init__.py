"""Policy router for LLM calls: policy in Git decides which model answers each prompt."""

__version__ = "0.1.0"

__all__ = ["Router", "__version__"]


def __getattr__(name: str) -> object:
    """`Router`, imported when it is first asked for, so that a hook that needs a submodule pays for no other."""
    if name == "Router":
        from router.engine.router import Router

        return Router
    raise AttributeError(name)
