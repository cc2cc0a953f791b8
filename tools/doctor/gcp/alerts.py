"""Would somebody be notified?"""

from collections.abc import AsyncIterator
from typing import Final

from tools.doctor.finding import Finding, error, ok, unknown, warning
from tools.doctor.gcp.apis import Apis, Refused

# What every alert policy that Terraform makes says in its documentation.
_SIGN: Final = "ga4-connectors"


async def examine(apis: Apis, project: str, prefix: str | None = None) -> AsyncIterator[Finding]:
    """Yield what is found of our alert policies.

    Args:
        apis: Google's.
        project: The project's id.
        prefix: Which of several deployments; None for all.
    """
    url = f"https://monitoring.googleapis.com/v3/projects/{project}/alertPolicies"
    try:
        policies = [entry async for entry in apis.pages(url, "alertPolicies")]
    except Refused as refused:
        fix = "grant yourself roles/monitoring.viewer"
        yield unknown("alerts", f"Monitoring says {refused}", fix)
        return
    ours = [
        policy
        for policy in policies
        if _SIGN in policy.get("documentation", {}).get("content", "")
        and (prefix is None or policy.get("displayName", "").startswith(f"{prefix} "))
    ]
    if not ours:
        yield error("alerts", "there are none: nobody is notified of a loss", "terraform apply")
    for policy in ours:
        about = f"alert {policy.get('displayName', policy.get('name'))}"
        if policy.get("enabled") is False:
            yield error(about, "is switched off", "switch it on, or take it out of Terraform")
        elif not policy.get("notificationChannels"):
            fix = "name channels in Terraform's notification_channels"
            yield warning(about, "is on, and notifies nobody", fix)
        else:
            yield ok(about, "is on")
