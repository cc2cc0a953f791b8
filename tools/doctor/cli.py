"""The `connectors doctor` commands."""

from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from tools.changed import replace
from tools.errors import UsageError
from tools.settings_source import DEFAULT, SettingsSource

Flag = Annotated[bool, Parameter(negative="")]
Seconds = Annotated[float, Parameter(validator=Number(gt=0, lte=600))]
Points = Annotated[
    tuple[str, ...], Parameter(negative="", consume_multiple=False, show_default=False)
]

app = App(
    name="doctor",
    help="Check settings, a deployment, a shop's page or a launch; nothing is changed.",
)


@app.command
def local(
    file: str | None = None,
    /,
    *,
    function: str | None = None,
    ask: Flag = False,
    json: Flag = False,
    source: SettingsSource = DEFAULT,
) -> int:
    """Check settings: one line for each problem, with its fix.

    Exit status 1 when something is an error.

    For example:

        connectors doctor local examples/settings.env --function payment_webhook

    Args:
        file: The same as --settings.
        function: Whose settings they are, such as payment_webhook. Default: every function's.
        ask: Post a sample purchase to the debug server of GA4_ENDPOINT, or with your credentials
            to the Data Manager API; neither records it. Ask
            each provider that has an api_key whether it may read, and Stripe for the API version
            of its endpoints.
        json: Print one JSON object for each finding.
        source: Where the settings are.
    """
    from tools.doctor.command import run_local  # noqa: PLC0415 - import cost

    return run_local(_with(file, source).load(), function, ask=ask, as_json=json)


@app.command
def gcp(
    *,
    project: str,
    region: str = "-",
    prefix: str | None = None,
    stand_in: str | None = None,
    json: Flag = False,
) -> int:
    """Check a deployment through Google's APIs, read-only, with your default credentials.

    It posts one unsigned request to each public function, and a sample to GA4's debug server.
    Where you may read an api_key, it asks that provider as `doctor local --ask` does.
    Exit status 1 when something is an error, or could not be looked at.

    For example:

        connectors doctor gcp --project my-shop --region europe-west1

    Args:
        project: The project's id.
        region: Where the functions are. Default: everywhere.
        prefix: What the deployment's names start with, such as ga4, where a project has several.
            Default: all of them.
        stand_in: A stand-in of Google's APIs on loopback, such as http://127.0.0.1:8000.
        json: Print one JSON object for each finding.
    """
    from tools.doctor.command import run_gcp  # noqa: PLC0415 - import cost

    return run_gcp(project, region, stand_in, prefix, as_json=json)


@app.command
def site(  # noqa: PLR0913 - one option each
    url: str | None = None,
    /,
    *,
    har: str | None = None,
    transaction_id: str | None = None,
    delivery: str | None = None,
    chromium: str | None = None,
    timeout: Seconds = 30.0,
    json: Flag = False,
    source: SettingsSource = DEFAULT,
) -> int:
    """Look at the shop's page: its tag, cookies, consent, our snippet and the browser's purchase.

    It opens the page in Chromium, as a visitor who was never there, or reads a saved recording. The
    visit is not counted, unless a server container of yours takes it. No id of a visitor is
    printed. Exit status 1 when something is an error, or could not be looked at.

    For example:

        connectors doctor site https://shop.example.com/checkout
        connectors doctor site --har purchase.har --delivery examples/delivery.json

    Args:
        url: The page. With --har it only says which host is the shop's.
        har: A recording that the browser's network panel saved, or Playwright. It holds cookies:
            keep it secret.
        transaction_id: The id under which the server will send the purchase of the recording.
        delivery: That purchase's recorded delivery, as `connectors route` takes it: it says which
            transaction id, client and session the server will send.
        chromium: Where Chromium is. Default: the one on PATH, else Playwright's.
        timeout: How many seconds the page may take.
        json: Print one JSON object for each finding.
        source: Where the settings are.
    """
    from tools.doctor.command import run_site  # noqa: PLC0415 - import cost
    from tools.doctor.site.command import Options  # noqa: PLC0415 - import cost

    options = Options(url, har, transaction_id, delivery, chromium, timeout)
    return run_site(source.load(), options, as_json=json)


@app.command
def checklist(
    file: str | None = None,
    /,
    *,
    project: str | None = None,
    confirm: Points = (),
    json: Flag = False,
    source: SettingsSource = DEFAULT,
) -> int:
    """Walk the launch checklist, and show everything that was found on the way.

    It looks at the settings as `doctor local` does, at the ledger of their STORE, and with
    --project at the deployment as `doctor gcp` does. What only a person can see is unknown until
    --confirm says that somebody looked. Exit status 1 when something is an error or unknown.

    For example:

        connectors doctor checklist settings.env --project my-shop

    Args:
        file: The same as --settings.
        project: The project of the deployment. Default: that of --from-gcp, or none.
        confirm: A point that you have looked at: api-secret, client-id, session-id,
            transaction-id, supplements-tag, validated, unsigned or dead-letters; may be repeated.
            Who and when is kept beside the settings file, in FILE.confirmed.json.
        json: Print one JSON object for each point and finding.
        source: Where the settings are.
    """
    from tools.doctor.command import run_checklist  # noqa: PLC0415 - import cost

    source = _with(file, source)
    return run_checklist(
        source.load(),
        project or source.from_gcp,
        source.region,
        source.stand_in,
        confirmed=confirm,
        as_json=json,
    )


def _with(file: str | None, source: SettingsSource) -> SettingsSource:
    if file is not None and source.settings is not None:
        raise UsageError("FILE and --settings are the same: take one of them")
    return source if file is None else replace(source, settings=file)
