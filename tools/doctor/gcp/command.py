"""Looking at a deployment, subject by subject."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from tools.doctor import sample
from tools.doctor.finding import Finding, unknown
from tools.doctor.gcp import (
    alerts,
    functions,
    keys,
    log_lines,
    secrets,
    store,
    subscriptions,
    webhook,
)
from tools.doctor.gcp.apis import Apis, Refused
from tools.doctor.gcp.deployment import deployed


async def examine(
    project: str, region: str, stand_in: str | None, prefix: str | None = None
) -> list[Finding]:
    """Return what is found of a deployment; nothing is changed.

    Args:
        project: The project's id.
        region: Where the functions are; `-` for everywhere.
        stand_in: A stand-in of Google's APIs on loopback.
        prefix: Which of several deployments of the project; None for all.

    Raises:
        FailedError: There are no credentials.
    """
    async with Apis(stand_in) as apis:
        return [finding async for finding in _all(apis, project, region, prefix)]


async def _all(apis: Apis, project: str, region: str, prefix: str | None) -> AsyncIterator[Finding]:
    try:
        found = await deployed(apis, project, region, prefix)
    except Refused as refused:
        fix = "grant yourself roles/cloudfunctions.viewer, or give the right --project"
        yield unknown("functions", f"Cloud Functions says {refused}", fix)
        return
    prefixes = sorted({function.prefix for function in found})
    if len(prefixes) > 1:
        several = ", ".join(prefixes)
        fix = "look at one after the other with --prefix"
        yield unknown("deployments", f"there are several here ({several}), mixed below", fix)
    subjects = (
        functions.examine(apis, found),
        secrets.examine(apis, found, project),
        subscriptions.examine(apis, found, project),
        store.examine(apis, found),
        alerts.examine(apis, project, prefix),
        log_lines.examine(apis, found, project, datetime.now(UTC)),
        webhook.examine(found),
        keys.examine(apis, found),
    )
    for subject in subjects:
        async for finding in subject:
            yield finding
    streams = {
        (each, sample.data_manager_in(f.settings)): each.id
        for f in found
        for each in sample.streams_in(f.settings)
    }
    for stream, endpoint in sorted(streams, key=lambda asked: streams[asked]):
        for finding in await sample.examine(stream, endpoint):
            yield finding
