"""A deployment as Google describes it: its functions, and what their settings refer to."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shared.settings.shapes import SHAPES
from tools.doctor.gcp.apis import Apis, Json

_SECRET: Final = re.compile(r"projects/[^/\"]+/secrets/[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class DeployedFunction:
    """One of our functions where it is deployed.

    Attributes:
        name: The entry point, which is the function's name in this repository.
        resource: Its whole name at Google.
        state: `ACTIVE` where it serves.
        uri: Where it listens.
        revision: The revision that its latest deployment made.
        service: The Cloud Run service behind it.
        account: The service account it runs as.
        settings: Its environment.
        source: Which archive it was built from.
    """

    name: str
    resource: str
    state: str
    uri: str
    revision: str
    service: str
    account: str
    source: str
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        """What the deployment's names start with, as Terraform's `prefix`; empty without one."""
        own = self.resource.rpartition("/")[2]
        return own.removesuffix(self.name.replace("_", "-")).removesuffix("-")

    @property
    def secrets(self) -> frozenset[str]:
        """The secrets its settings refer to: `projects/P/secrets/S`."""
        return frozenset(_SECRET.findall(json.dumps(dict(self.settings))))


async def deployed(
    apis: Apis, project: str, region: str, prefix: str | None = None
) -> list[DeployedFunction]:
    """Return our functions of a project and region; others' are passed over.

    Args:
        apis: Google's.
        project: The project's id.
        region: Where they are deployed; `-` for everywhere.
        prefix: Which of several deployments; None for all.

    Raises:
        Refused: The functions cannot be listed.
    """
    url = (
        f"https://cloudfunctions.googleapis.com/v2/projects/{project}/locations/{region}/functions"
    )
    found = [_function(entry) async for entry in apis.pages(url, "functions")]
    ours = (f for f in found if f.name in SHAPES and prefix in (None, f.prefix))
    return sorted(ours, key=lambda function: function.name)


def _function(entry: Json) -> DeployedFunction:
    build: Mapping[str, Any] = entry.get("buildConfig", {})
    serving: Mapping[str, Any] = entry.get("serviceConfig", {})
    storage = build.get("source", {}).get("storageSource", {})
    return DeployedFunction(
        name=build.get("entryPoint", ""),
        resource=entry.get("name", ""),
        state=entry.get("state", "STATE_UNSPECIFIED"),
        uri=serving.get("uri", ""),
        revision=serving.get("revision", ""),
        service=serving.get("service", ""),
        account=serving.get("serviceAccountEmail", ""),
        settings=serving.get("environmentVariables", {}),
        source=storage.get("object", ""),
    )
