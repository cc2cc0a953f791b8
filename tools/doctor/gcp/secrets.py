"""Has each secret an enabled version, and does nobody else read it?"""

from collections.abc import AsyncIterator
from typing import Final

from tools.doctor.finding import Finding, error, ok, unknown, warning
from tools.doctor.gcp.apis import Apis, Refused
from tools.doctor.gcp.deployment import DeployedFunction

_HOST: Final = "https://secretmanager.googleapis.com/v1"
# The predefined roles that hold secretmanager.versions.access, beside the owner's.
_READING: Final = ("roles/secretmanager.secretAccessor", "roles/secretmanager.admin")
_MISSING: Final = 404


async def examine(
    apis: Apis, functions: list[DeployedFunction], project: str
) -> AsyncIterator[Finding]:
    """Yield what is found of each secret that a function's settings refer to.

    Args:
        apis: Google's.
        functions: What is deployed.
        project: The project's id.
    """
    readers: dict[str, set[str]] = {}
    for function in functions:
        for secret in function.secrets:
            readers.setdefault(secret, set()).add(f"serviceAccount:{function.account}")
    for secret, expected in sorted(readers.items()):
        yield await _versions(apis, secret)
        yield await _readers(apis, secret, expected)
    if readers:
        yield await _whole_project(apis, project)


async def _versions(apis: Apis, secret: str) -> Finding:
    about = f"secret {secret.rpartition('/')[2]}"
    add = f"printf %s VALUE | gcloud secrets versions add {secret} --data-file=-"
    try:
        url = f"{_HOST}/{secret}/versions"
        enabled = [v async for v in apis.pages(url, "versions", {"filter": "state:ENABLED"})]
    except Refused as refused:
        if refused.status == _MISSING:
            return error(about, "does not exist", "terraform apply")
        return unknown(about, f"Secret Manager says {refused}", "roles/secretmanager.viewer")
    if not enabled:
        return error(about, "has no enabled version", add)
    return ok(about, f"{len(enabled)} enabled version(s)")


async def _readers(apis: Apis, secret: str, expected: set[str]) -> Finding:
    about = f"readers of {secret.rpartition('/')[2]}"
    try:
        policy = await apis.policy(f"{_HOST}/{secret}")
    except Refused as refused:
        return unknown(about, f"Secret Manager says {refused}", "roles/secretmanager.viewer")
    found: set[str] = set()
    for role in _READING:
        found |= policy.get(role, set())
    if strangers := sorted(found - expected):
        fix = f"gcloud secrets remove-iam-policy-binding {secret} --member=MEMBER --role=ROLE"
        return error(about, f"{len(strangers)} beside its functions: {', '.join(strangers)}", fix)
    if missing := sorted(expected - found):
        return error(about, f"{', '.join(missing)} may not read it", "terraform apply")
    return ok(about, "its functions alone")


async def _whole_project(apis: Apis, project: str) -> Finding:
    """An account that may read every secret of the project may read these."""
    about = "readers of every secret"
    url = f"https://cloudresourcemanager.googleapis.com/v1/projects/{project}"
    try:
        policy = await apis.policy(url, by_post=True)
    except Refused as refused:
        return unknown(about, f"Resource Manager says {refused}", "roles/iam.securityReviewer")
    found = sorted(member for role in _READING for member in policy.get(role, set()))
    if found:
        fix = "grant it on single secrets instead"
        return warning(about, f"{', '.join(found)} by a role on the project", fix)
    return ok(about, "nobody by a role on the project, but its owners")
