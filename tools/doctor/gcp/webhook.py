"""Does the webhook answer the world, and refuse what nobody signed?"""

from collections.abc import AsyncIterator, Sequence
from typing import Final

import httpx

from tools.doctor.finding import Finding, error, ok, unknown
from tools.doctor.gcp.deployment import DeployedFunction

_TIMEOUT_SECONDS: Final = 15.0
_REFUSED: Final = 400
_BY_THE_PLATFORM: Final = (401, 403)
_NOT_LET_IN: Final = 404
_PUBLIC: Final = ("payment_webhook", "context_capture")


async def examine(functions: Sequence[DeployedFunction]) -> AsyncIterator[Finding]:
    """Post what nobody signed to each public function, and yield how it answers.

    Args:
        functions: What is deployed.
    """
    async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS) as client:
        for function in functions:
            if function.name in _PUBLIC and function.uri:
                yield await _unsigned(client, function)


def _without_check(function: DeployedFunction) -> str:
    """Return the command that lets everybody in without a grant."""
    parts = function.service.split("/")
    place = dict(zip(parts[::2], parts[1::2], strict=False))
    return (
        f"gcloud run services update {place.get('services', 'SERVICE')} "
        f"--project={place.get('projects', 'PROJECT')} --region={place.get('locations', 'REGION')} "
        "--no-invoker-iam-check"
    )


async def _unsigned(client: httpx.AsyncClient, function: DeployedFunction) -> Finding:
    about = f"unsigned post to {function.name}"
    try:
        response = await client.post(function.uri, content=b"{}")
    except httpx.HTTPError as failure:
        fix = "is the URL reachable from here, and its ingress `all`?"
        return unknown(about, f"no answer ({type(failure).__name__})", fix)
    status = response.status_code
    if status == _REFUSED:
        return ok(about, "refused with 400, as forged ones are")
    if status in _BY_THE_PLATFORM:
        fix = (
            "set Terraform's public_access. all_users and load_balancer let everybody in by a "
            "grant of run.invoker. Where an organisation forbids that, take unchecked or "
            f"load_balancer_unchecked, and run: {_without_check(function)}"
        )
        return error(about, f"answered {status} by the platform: no provider gets in", fix)
    if status == _NOT_LET_IN:
        fix = (
            "with public_access = load_balancer that is right: post to the load balancer's address"
        )
        return unknown(about, "answered 404: its ingress may let nobody in directly", fix)
    if response.is_success:
        fix = "take the endpoint down: it takes events from anybody"
        return error(about, f"answered {status}: it was taken", fix)
    fix = "read the function's log: its `request` line names the reason"
    return error(about, f"answered {status} instead of 400", fix)
