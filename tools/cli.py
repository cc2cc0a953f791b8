"""The `connectors` command.

Command bodies are imported when their command runs, so that `connectors --help` and every other
command do not pay for them. Exit status: 0 done, 1 failed, 2 wrong usage.
"""

import sys
from importlib.metadata import version
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from tools.errors import CommandError, FailedError, in_words
from tools.explain.cli import explain
from tools.output import discard_output, prepare_output, quiet_on_closed_pipe
from tools.parameters import COLLECTOR_PORT, Json, Port, Sink
from tools.publish.cli import publish
from tools.report.cli import report
from tools.settings_source import DEFAULT, SettingsSource
from tools.trigger.cli import trigger
from tools.validate.cli import tokens_of, validate
from tools.visible import write_error

app = App(
    name="connectors",
    help="The local stack, and what an operator of the connectors needs.",
    version=lambda: version("ga4-connectors"),
)

app.command(
    "tools.deadletters.cli:app",
    name="deadletters",
    help="See what was dead-lettered and why, and publish it again.",
)
app.command(
    "tools.dev.cli:app",
    name="dev",
    help="Start a new provider, and write what is generated from the code.",
)
app.command(
    "tools.doctor.cli:app",
    name="doctor",
    help="Find what is wrong with settings or a deployment, each with the fix.",
)
app.command(
    "tools.ledger.cli:app",
    name="ledger",
    help="See what became of each event, and send again what was not sent.",
)
app.command(
    "tools.reconcile.cli:app",
    name="reconcile",
    help="Compare the ledger with a provider's own record, or with GA4's export to BigQuery.",
)
for _command in (explain, publish, report, trigger, validate):
    app.command(_command)
app.register_install_completion_command()


@app.command
def demo(
    *,
    deliveries: Annotated[int, Parameter(validator=Number(gte=50, lte=100_000))] = 240,
    seed: int = 1,
    sink: Sink = "measurement_protocol",
    json: Json = False,
) -> int:
    """Play a shop's day at a local stack and check GA4's books against the shop's.

    Exit status 1 when they differ.

    Args:
        deliveries: How many webhooks the shop's providers send, retries not counted.
        seed: Another seed is another day; the same seed is the same day.
        sink: The API that everything is sent by.
        json: Print one machine-readable object instead of the table.
    """
    from tools.demo.command import run  # noqa: PLC0415 - see the module's docstring

    return run(deliveries=deliveries, seed=seed, sink=sink, as_json=json)


@app.command
def serve(  # noqa: PLR0913 - one option each
    *,
    port: Port = COLLECTOR_PORT,
    sink: Sink | None = None,
    to: str | None = None,
    api_secret_file: str | None = None,
    json: Json = False,
    open: Annotated[bool, Parameter(negative="")] = False,  # noqa: A002 - the option's name
) -> int:
    """Run the local stack until interrupted: the collector and every function.

    The collector's address has a page that shows every delivery as it arrives. For example:

        connectors serve --open
        connectors serve --sink data_manager
        connectors serve --to G-AB12CD34EF --api-secret-file api_secret

    Args:
        port: Where the collector listens; the functions take the ports after it. 0: any free ones.
        sink: The API that everything is sent by. Default: as SINK or STREAMS say.
        to: A stream of the real GA4, which gets everything too. Test payments count there as real.
        api_secret_file: A file with that stream's api_secret.
        json: Print one machine-readable line when everything listens, and nothing else.
        open: Open the page in the browser.
    """
    from tools.serve import run  # noqa: PLC0415 - see the module's docstring

    return run(
        port=port,
        as_json=json,
        browser=open,
        sink=sink,
        to=to,
        api_secret_file=api_secret_file,
    )


@app.command
def collector(
    *,
    port: Port = COLLECTOR_PORT,
    json: Json = False,
    open: Annotated[bool, Parameter(negative="")] = False,  # noqa: A002 - the option's name
) -> int:
    """Run the local GA4 alone until interrupted.

    It keeps the newest 100,000 events (256 MiB of bodies).

    Args:
        port: Where it listens. 0: any free port.
        json: Print its address as JSON when it listens.
        open: Open its page in the browser.
    """
    from tools.serve import run_collector  # noqa: PLC0415 - see the module's docstring

    return run_collector(port=port, as_json=json, browser=open)


@app.command
def init(
    file: str = "settings.env", /, *, force: Annotated[bool, Parameter(negative="")] = False
) -> int:
    """Write a settings file that explains every setting.

    Fill in the few that are not commented out, then run `connectors doctor local`.

    Args:
        file: Where to write it.
        force: Overwrite the file where it exists.
    """
    from tools.init import write_settings_file  # noqa: PLC0415 - see the module's docstring

    return write_settings_file(file, force=force)


@app.command
def route(file: str, /, *, json: Json = False, source: SettingsSource = DEFAULT) -> int:
    """Say where recorded deliveries would go, by STREAMS and ROUTES, and why. Nothing is sent.

    Exit status 1 when one of them would go nowhere. For example:

        connectors route examples/delivery.json

    Args:
        file: A recorded delivery, {"provider", "topic", "body"}; a list of them; or JSON lines.
        json: Print one line of JSON for each delivery.
        source: Where the settings are.
    """
    from tools.route import run  # noqa: PLC0415 - see the module's docstring

    return run(file, source.load(), as_json=json)


def main() -> None:
    """Run the command line and end the process."""
    prepare_output()
    try:
        with quiet_on_closed_pipe():
            app(tokens_of(sys.argv[1:]))
    except CommandError as error:
        write_error(str(error))
        sys.exit(error.exit_status)
    except OSError as error:
        # What no command says better: a disk that is full, a folder that is closed.
        discard_output()
        write_error(in_words(error))
        sys.exit(FailedError.exit_status)


if __name__ == "__main__":
    main()
