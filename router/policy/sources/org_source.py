"""Where the organisation's policy is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from router.base.problems import Span
from router.policy.sources.environment import ORG_POLICY, span_of_variable
from router.policy.sources.places_of import present
from router.policy.sources.values import Part
from router.policy.sources.yaml_nodes import MapNode, Scalar
from router.table.manifest import look_at_file

USER_COPY = "org-policy.yaml"
SYSTEM_POLICY = Path("/etc/llm-router/policy.yaml")
MAX_AGE_S = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Source:
    """Where the policy is: a file, or an address with a pinned key; `said` is where that is configured, None for a place that is tried."""

    shown: str
    said: Span | None
    path: Path | None = None
    url: str = ""
    public_key: str = ""
    max_age_s: float = MAX_AGE_S

    @property
    def identity(self) -> str:
        return str(self.path) if self.path else f"{self.url} {self.public_key}"


def find_source(
    environ: Mapping[str, str], user_node: MapNode, user: Path, shown: str, system: Path
) -> tuple[Source | None, Part]:
    """The configured source, else the first place at which a policy lies, with everything that was looked at."""
    named = environ.get(ORG_POLICY, "").strip()
    if named:
        return Source(named, span_of_variable(ORG_POLICY, environ), Path(named).expanduser()), Part()
    configured = _configured(user_node, user)
    if configured:
        return configured, Part()
    looked = Part()
    for path, name in ((user / USER_COPY, f"{shown}/{USER_COPY}"), (system, str(system))):
        looked += Part(seen=(look_at_file(str(path)),))
        if present(path):
            return Source(name, None, path), looked
    return None, looked


def _configured(node: MapNode, user: Path) -> Source | None:
    organisation = node.get("organisation")
    if not isinstance(organisation, MapNode):
        return None
    said = {e.key.text: e.value for e in organisation.entries if isinstance(e.value, Scalar)}
    if "file" in said:
        text = said["file"].text
        return Source(text, said["file"].span, user / Path(text).expanduser())
    if "url" in said and "public_key" in said:
        hours = said["max_age_hours"].value if "max_age_hours" in said else MAX_AGE_S / 3600
        assert isinstance(hours, int | float)
        url = said["url"]
        return Source(url.text, url.span, None, url.text, said["public_key"].text, hours * 3600)
    return None
