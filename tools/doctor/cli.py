"""The `connectors doctor` commands."""

from typing import Annotated

from cyclopts import App, Parameter

Json = Annotated[bool, Parameter(negative="")]

app = App(
    name="doctor",
    help="Hold settings, a deployment or a launch against what must be so; nothing is changed.",
)


@app.command
def local(
    file: str | None = None,
    /,
    *,
    function: str | None = None,
    ask: Json = False,
    json: Json = False,
) -> int:
    """Check a settings file, one line per finding with its mend.

    Exit status 1 when something is an error.

    Args:
        file: `NAME=value` or `NAME: value` lines, or a JSON object. Default: the environment.
        function: Whose settings they are, such as payment_webhook. Default: every function's.
        ask: Post a sample purchase to the debug server of GA4_ENDPOINT, which records nothing.
        json: Print one JSON object for each finding.
    """
    from tools.doctor.command import run_local  # noqa: PLC0415 - import cost

    return run_local(file, function, ask=ask, as_json=json)


@app.command
def gcp(*, project: str, region: str = "-", stand_in: str | None = None, json: Json = False) -> int:
    """Check a deployment through Google's APIs, read-only, with your default credentials.

    It posts one unsigned request to each public function, and a sample to GA4's debug server.
    Exit status 1 when something is an error, or could not be looked at.

    Args:
        project: The project's id.
        region: Where the functions are. Default: everywhere.
        stand_in: A stand-in of Google's APIs on loopback, such as http://127.0.0.1:8000.
        json: Print one JSON object for each finding.
    """
    from tools.doctor.command import run_gcp  # noqa: PLC0415 - import cost

    return run_gcp(project, region, stand_in, as_json=json)


@app.command
def checklist(
    file: str | None = None,
    /,
    *,
    project: str | None = None,
    region: str = "-",
    stand_in: str | None = None,
    json: Json = False,
) -> int:
    """Walk the launch checklist; what only a person can see is said so.

    Args:
        file: A settings file, to be looked at as `doctor local` does.
        project: A deployment's project, to be looked at as `doctor gcp` does.
        region: Where its functions are. Default: everywhere.
        stand_in: A stand-in of Google's APIs on loopback.
        json: Print one JSON object for each point.
    """
    from tools.doctor.command import run_checklist  # noqa: PLC0415 - import cost

    return run_checklist(file, project, region, stand_in, as_json=json)
