"""Are the functions up, on the revision that was deployed last, with settings they can read?"""

from collections.abc import AsyncIterator

from shared.settings.reader import Reader
from shared.settings.shapes import SHAPES
from tools.doctor.finding import Finding, error, ok, unknown, warning
from tools.doctor.gcp.apis import Apis, Refused
from tools.doctor.gcp.deployment import DeployedFunction
from tools.doctor.local import exposures


async def examine(apis: Apis, functions: list[DeployedFunction]) -> AsyncIterator[Finding]:
    """Yield what is found of each function.

    Args:
        apis: Google's.
        functions: What is deployed.
    """
    if not any(function.name == "payment_webhook" for function in functions):
        fix = "terraform apply, or give the right --project and --region"
        yield error("functions", "payment_webhook is not deployed there", fix)
    for function in functions:
        yield _state(function)
        yield await _revision(apis, function)
        for finding in _settings(function):
            yield finding


def _state(function: DeployedFunction) -> Finding:
    about = f"function {function.name}"
    if function.state == "ACTIVE":
        return ok(about, "active")
    return error(about, f"is {function.state}", f"gcloud functions describe {function.resource}")


async def _revision(apis: Apis, function: DeployedFunction) -> Finding:
    """A revision that never became ready leaves the one before it serving, silently."""
    about = f"revision of {function.name}"
    try:
        service = await apis.get(f"https://run.googleapis.com/v2/{function.service}")
    except Refused as refused:
        return unknown(about, f"Cloud Run says {refused}", "grant yourself roles/run.viewer")
    ready = str(service.get("latestReadyRevision", "")).rpartition("/")[2]
    made = str(service.get("latestCreatedRevision", "")).rpartition("/")[2]
    if ready != made or (function.revision and ready != function.revision):
        fix = f"gcloud run revisions describe {made}: it did not become ready; the old one serves"
        return error(about, f"{ready or 'none'} serves, {made} was deployed", fix)
    return ok(about, f"{ready} serves, built from {function.source or 'unknown'}")


def _settings(function: DeployedFunction) -> list[Finding]:
    about = f"settings of {function.name}"
    reader = Reader(function.settings)
    SHAPES[function.name](reader)
    if reader.problems:
        fix = "correct the variable in Terraform and apply"
        others = [says for says in reader.problems if says not in reader.exposed]
        return [*exposures(reader), *(error(about, says, fix) for says in others)]
    found = [ok(about, "complete and well-formed")]
    if function.settings.get("STORE", "").startswith("sqlite:"):
        fix = "STORE=firestore:PROJECT/DATABASE"
        found.append(error(about, "STORE: SQLite is gone with the instance", fix))
    if function.settings.get("ACCEPT_TEST_EVENTS", "").lower() == "true":
        fix = "unset it for the live property"
        found.append(warning(about, "ACCEPT_TEST_EVENTS: test payments become revenue", fix))
    if function.settings.get("GA4_DEBUG", "").lower() == "true":
        fix = "unset it when you have seen what you wanted to see"
        found.append(warning(about, "GA4_DEBUG: DebugView shows every event, and all count", fix))
    return found
