"""Does each request leave its log line? Alerts, metrics and the dashboard are made of them."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from tools.doctor.finding import Finding, error, ok, unknown
from tools.doctor.gcp.apis import Apis, Refused
from tools.doctor.gcp.deployment import DeployedFunction

_SPAN: Final = timedelta(hours=6)
# Google counts within some minutes. Lines are looked for in a span that is longer at both ends, so
# that the line of each counted request is in it.
_MARGIN: Final = timedelta(minutes=10)
# What Terraform's metric of them has in its filter.
_REQUEST_LINES: Final = 'jsonPayload.event="request"'
_SETTING: Final = "LOG_EXECUTION_ID"
_ENOUGH: Final = 0.9
# What Monitoring answers about a metric that has never counted anything.
_NEVER_COUNTED: Final = 404


async def examine(
    apis: Apis, functions: list[DeployedFunction], project: str, now: datetime
) -> AsyncIterator[Finding]:
    """Compare how many requests succeeded in the last hours with how many such lines there are.

    Args:
        apis: Google's.
        functions: What is deployed.
        project: The project's id.
        now: The present, in UTC.
    """
    since, until = now - _MARGIN - _SPAN, now - _MARGIN
    try:
        metrics = await _metrics(apis, project)
        if not metrics:
            says = "no log-based metric counts them, so no alert can either"
            yield error("log lines", says, "terraform apply")
            return
        answered = (
            'metric.type="run.googleapis.com/request_count"'
            ' AND metric.labels.response_code_class="2xx"'
        )
        requests = await _counts(apis, project, answered, since, until)
        lines: dict[str, int] = {}
        for metric in metrics:
            written = (
                f'metric.type="logging.googleapis.com/user/{metric}"'
                ' AND metric.labels.status=starts_with("2")'
            )
            found = await _counts(apis, project, written, since - _MARGIN, now)
            for service, count in found.items():
                lines[service] = lines.get(service, 0) + count
    except Refused as refused:
        fix = "grant yourself roles/monitoring.viewer and roles/logging.viewer"
        yield unknown("log lines", f"Google says {refused}", fix)
        return
    for function in functions:
        service = function.service.rpartition("/")[2]
        yield _compared(function, requests.get(service, 0), lines.get(service, 0))


def _compared(function: DeployedFunction, requests: int, lines: int) -> Finding:
    about = f"log lines of {function.name}"
    hours = int(_SPAN / timedelta(hours=1))
    if not requests:
        return ok(about, f"no successful request in {hours} hours, nothing to compare")
    says = f"{requests} successful requests in {hours} hours, and lines of {min(requests, lines)}"
    if lines >= requests * _ENOUGH:
        return ok(about, says)
    given = function.settings.get(_SETTING)
    # It is no secret, but what was set there by mistake may be.
    setting = f"{_SETTING} is false" if given == "false" else f"{_SETTING} is not false"
    fix = f"set {_SETTING}=false (terraform apply does) and deploy this version of the functions"
    return error(about, f"{says}: alerts and metrics see too little; {setting}", fix)


async def _metrics(apis: Apis, project: str) -> list[str]:
    """Return the log-based metrics that count lines of requests: one for each deployment."""
    url = f"https://logging.googleapis.com/v2/projects/{project}/metrics"
    return [
        str(metric["name"])
        async for metric in apis.pages(url, "metrics")
        if _REQUEST_LINES in metric.get("filter", "")
    ]


async def _counts(
    apis: Apis, project: str, what: str, since: datetime, until: datetime
) -> dict[str, int]:
    """Return how much a metric counted in a span: service → count."""
    url = f"https://monitoring.googleapis.com/v3/projects/{project}/timeSeries"
    params = {
        "filter": f'resource.type="cloud_run_revision" AND {what}',
        "interval.startTime": _rfc3339(since),
        "interval.endTime": _rfc3339(until),
        "aggregation.alignmentPeriod": f"{int((until - since).total_seconds())}s",
        "aggregation.perSeriesAligner": "ALIGN_DELTA",
        "aggregation.crossSeriesReducer": "REDUCE_SUM",
        "aggregation.groupByFields": "resource.labels.service_name",
    }
    found: dict[str, int] = {}
    try:
        async for series in apis.pages(url, "timeSeries", params):
            service = series["resource"]["labels"]["service_name"]
            count = sum(_value(point["value"]) for point in series.get("points", []))
            found[service] = found.get(service, 0) + count
    except Refused as refused:
        if refused.status != _NEVER_COUNTED:
            raise
    return found


def _value(value: Mapping[str, Any]) -> int:
    """Return what was counted; of a distribution the sum, as lines stand for several requests."""
    if "distributionValue" in value:
        spread = value["distributionValue"]
        return round(int(spread.get("count", 0)) * float(spread.get("mean", 0.0)))
    return int(value["int64Value"])


def _rfc3339(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
