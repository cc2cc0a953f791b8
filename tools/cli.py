"""The `connectors` command.

Command bodies are imported when their command runs, so that `connectors --help` and every other
command do not pay for them. Exit status: 0 done, 1 failed, 2 wrong usage.
"""

import sys
from importlib.metadata import version
from typing import Annotated, Final, Literal

from cyclopts import App, Parameter
from cyclopts.validators import Number

from tools.closed_pipe import quiet_on_closed_pipe
from tools.errors import CommandError, UsageError
from tools.settings_source import DEFAULT, SettingsSource
from tools.validate.arguments import File, FlagOrUrl, Names, tokens_of
from tools.visible import write_error

_COLLECTOR_PORT: Final = 8787

Port = Annotated[int, Parameter(validator=Number(gte=0, lte=65535))]
Json = Annotated[bool, Parameter(negative="")]
Sink = Literal["measurement_protocol", "data_manager"]
Texts = Annotated[tuple[str, ...], Parameter(negative="", show_default=False)]

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
    help="Start a new provider, and write what is generated from the registry of providers.",
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
    help="Compare the ledger with Stripe, or with GA4's export to BigQuery.",
)
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
        deliveries: How many webhooks the shop's provider sends, retries not counted.
        seed: Another seed is another day; the same seed is the same day.
        sink: The API that everything is sent by.
        json: Print one machine-readable object instead of the table.
    """
    from tools.demo.command import run  # noqa: PLC0415 - see the module's docstring

    return run(deliveries=deliveries, seed=seed, sink=sink, as_json=json)


@app.command
def serve(  # noqa: PLR0913 - one option each
    *,
    port: Port = _COLLECTOR_PORT,
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
    port: Port = _COLLECTOR_PORT,
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
def trigger(  # noqa: PLR0913 - one option each
    name: str | None = None,
    /,
    *,
    url: str | None = None,
    secret: str | None = None,
    collector: str = f"http://127.0.0.1:{_COLLECTOR_PORT}",
    amount: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    currency: str | None = None,
    client_id: str | None = None,
    session: str | None = None,
    no_client: Annotated[bool, Parameter(negative="")] = False,
    denied: Annotated[bool, Parameter(negative="")] = False,
    late: str | None = None,
    twice: Annotated[bool, Parameter(negative="")] = False,
    debug: Annotated[bool, Parameter(negative="")] = False,
    print: Annotated[bool, Parameter(negative="")] = False,  # noqa: A002 - the option's name
    list: Annotated[bool, Parameter(negative="")] = False,  # noqa: A002 - the option's name
    json: Json = False,
    source: SettingsSource = DEFAULT,
) -> int:
    """Send one realistic, signed delivery to the local stack, or to a function.

    Exit status 0 when every answer was 2xx, 1 when one was not or nobody answered. For example:

        connectors trigger --list
        connectors trigger stripe.checkout --amount 4990 --currency JPY
        connectors trigger stripe.refund --url http://127.0.0.1:8788 --twice

    Args:
        name: What is sent. What is about something earlier sends that first: a refund its purchase.
        url: The address of one function. Default: those of the local stack.
        secret: Where the signing secret is: file:PATH or projects/P/secrets/S. Default: the stack's
            own; with --url the one that the settings name, and without settings the local one.
        collector: The local stack, by its collector.
        amount: What is paid, in major units, without tax or shipping, e.g. 49.90.
        currency: ISO 4217. Default: EUR.
        client_id: The buyer's browser, as GA4 knows it.
        session: The buyer's session: when it began, in Unix seconds.
        no_client: Let the browser be unknown.
        denied: Let the buyer have denied analytics.
        late: How long ago it happened: 90m, 24h, 5d.
        twice: Post the very same bytes twice; the second is a duplicate.
        debug: Let GA4's DebugView show the event, where it reaches the real GA4.
        print: Send nothing. Print each request as a shell's command.
        list: Print each name and what becomes of it.
        json: Print one line of JSON for each delivery.
        source: Where the settings of a deployed function are; with --url.
    """
    from tools.trigger.command import Options, list_names, run  # noqa: PLC0415 - import cost

    if list:
        return list_names(as_json=json)
    if name is None:
        raise UsageError("which delivery? `connectors trigger --list` has their names")
    return run(
        name,
        Options(
            url=url,
            secret=secret,
            collector=collector,
            amount=amount,
            currency=currency,
            client_id=client_id,
            session=session,
            no_client=no_client,
            denied=denied,
            late=late,
            twice=twice,
            debug=debug,
            show_only=print,
            as_json=json,
        ),
        source,
    )


@app.command
def explain(  # noqa: PLR0913 - one option each
    id: str,  # noqa: A002 - what it is
    /,
    *,
    store: str | None = None,
    collector: str = f"http://127.0.0.1:{_COLLECTOR_PORT}",
    stripe_key: str | None = None,
    limit: Annotated[int, Parameter(validator=Number(gte=1, lte=1000))] = 20,
    json: Json = False,
    source: SettingsSource = DEFAULT,
) -> int:
    """Say what became of an order, payment, refund, subscription or event, why, and what to do.

    Exit status 1 when nothing is known of it. For example:

        connectors explain ORD-9
        connectors explain pi_3PqXyz --from-gcp my-shop
        connectors explain re_3PqXyz --settings settings.env --json

    Args:
        id: Any id of it: yours, the provider's, an event's.
        store: sqlite:PATH or firestore:PROJECT/DATABASE. Default: the setting STORE, and without
            settings that of the local stack that runs.
        collector: That local stack, by its collector.
        stripe_key: Where a restricted key is with which Stripe is asked too: file:PATH or
            projects/P/secrets/S. Default: stripe.api_key of PAYMENT_PROVIDERS.
        limit: How many entries at most, the newest first.
        json: Print one JSON object.
        source: Where the settings are. With GA4_EXPORT the export is asked as well, with api_key
            Shopify and Paddle.
    """
    from tools.explain.command import Options, run  # noqa: PLC0415 - see the module's docstring

    options = Options(
        store=store, collector=collector, stripe_key=stripe_key, limit=limit, as_json=json
    )
    return run(id, options, source)


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
def validate(  # noqa: PLR0913 - one option each
    file: File = None,
    /,
    *,
    json: Json = False,
    strict: Annotated[bool, Parameter(negative="")] = False,
    stream: Literal["web", "app"] = "web",
    sink: Sink = "measurement_protocol",
    now: str | None = None,
    exempt: Names = (),
    debug_endpoint: FlagOrUrl = False,
    measurement_id: str | None = None,
    firebase_app_id: str | None = None,
    source: SettingsSource = DEFAULT,
) -> int:
    """Hold GA4 payloads against GA4's rules, offline.

    Exit status 1 when there are errors. For example:

        connectors validate examples/payloads.jsonl
        connectors validate --debug-endpoint --measurement-id G-AB12CD34EF examples/sample.json

    Args:
        file: A JSON document, an array of payloads, or JSON lines. `-` or nothing: standard input.
        json: Print one line of JSON for each payload instead of the report.
        strict: Let advice fail as well.
        stream: The kind of data stream the payloads are for.
        sink: The API they are for. For data_manager each payload is mapped as the functions do it,
            and held against that API's rules too; --json shows the events.
        now: The moment time stamps are judged by, as 2026-11-23T12:00:00Z. Default: the present.
        exempt: A name under which what looks like personal data may stand; may be repeated.
        debug_endpoint: Ask a debug server too and show where it differs: Google's without a value,
            or that of a URL. GA4_API_SECRET may hold file:PATH; the server checks no secret, and
            without the variable none is sent.
        measurement_id: The web stream to name to the debug server. Default: GA4_MEASUREMENT_ID.
        firebase_app_id: The app stream to name to it.
        source: Where the settings are.
    """
    from tools.validate.command import Options, run  # noqa: PLC0415 - see the module's docstring

    return run(
        Options(
            file=file,
            as_json=json,
            strict=strict,
            stream=stream,
            sink=sink,
            now=now,
            exempt=exempt,
            debug_endpoint=debug_endpoint,
            measurement_id=measurement_id,
            firebase_app_id=firebase_app_id,
        ),
        lambda: source.load().of(),
    )


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


@app.command
def publish(  # noqa: PLR0913 - one option each
    file: str,
    /,
    *,
    type: Literal["billing-event", "order-enrichment", "server-event"],  # noqa: A002 - the option's name
    topic: str | None = None,
    map: Texts = (),  # noqa: A002 - the option's name
    set: Texts = (),  # noqa: A002 - the option's name
    delimiter: str = ",",
    event_id_from: str | None = None,
    rejects: str | None = None,
    resume: Annotated[bool, Parameter(negative="")] = False,
    ordered: Annotated[bool, Parameter(negative="")] = False,
    dry_run: Annotated[bool, Parameter(negative="")] = False,
    json: Json = False,
    source: SettingsSource = DEFAULT,
) -> int:
    """Publish the rows of a file to a topic, each checked as the function will check it.

    Exit status 1 when a row is rejected or the run breaks off. For example:

        connectors publish examples/renewals.jsonl --type billing-event --dry-run
        connectors publish examples/renewals.jsonl --type billing-event --resume

    Args:
        file: JSON lines, or a CSV table with a header.
        type: What the rows are.
        topic: projects/P/topics/T. Default: the type's setting, as RENEWALS_TOPIC.
        map: COLUMN=PATH, as amount=money.total, or a JSON or TOML file with tables `columns` and
            `constants`; may be repeated.
        set: PATH=TEXT, the same in every row; may be repeated.
        delimiter: What stands between the cells of a table.
        event_id_from: Fields whose values make the event_id of a row that has none, with commas
            between: dotted paths of the message.
        rejects: Where to write each rejected row: line, field, reason.
        resume: Go on where an interrupted run ended.
        ordered: Give the messages of one subscription an ordering key. Slow: each key needs
            requests of its own.
        dry_run: Check every row and publish nothing.
        json: Print one machine-readable object instead of the report.
        source: Where the settings are.
    """
    from tools.publish.command import run  # noqa: PLC0415 - see the module's docstring
    from tools.publish.options import Options  # noqa: PLC0415 - see the module's docstring

    return run(
        Options(
            file=file,
            type=type,
            topic=topic,
            columns=map,
            constants=set,
            delimiter=delimiter,
            event_id_from=tuple(filter(None, (event_id_from or "").split(","))),
            rejects=rejects,
            resume=resume,
            ordered=ordered,
            dry_run=dry_run,
            as_json=json,
        ),
        source.load(),
    )


@app.command
def report(  # noqa: PLR0913 - one option each
    *,
    store: str | None = None,
    start: Annotated[str | None, Parameter(name="--from")] = None,
    end: Annotated[str | None, Parameter(name="--to")] = None,
    html: str | None = None,
    reconciliation: Texts = (),
    measurement_id: str | None = None,
    json: Json = False,
    source: SettingsSource = DEFAULT,
) -> int:
    """Report what became of the money of some days, from the ledger; --html FILE for a page.

    Money by day and currency, attribution, consent, late events, reasons, and what to fix. Days
    are UTC, and an event counts on the day it was first heard of. Every entry of these days is read
    once: on Firestore that is one document each. Exit status 1 when the ledger has nothing of them.

    For example:

        connectors report --from 2026-11-01 --to 2026-12-01 --html november.html

    Args:
        store: sqlite:PATH or firestore:PROJECT/DATABASE. Default: the setting STORE.
        start: The first day, such as 2026-11-01. Default: 30 days before --to.
        end: The day after the last, such as 2026-12-01. Default: tomorrow, so today is included.
        html: Write one page, complete in itself, to this file.
        reconciliation: A file that `connectors reconcile … --json` wrote; may be repeated.
        measurement_id: Only the events of this stream.
        json: Print one JSON object instead of the summary.
        source: Where the settings are.
    """
    from tools.report.command import Options, run  # noqa: PLC0415 - see the module's docstring

    return run(
        Options(
            store=store,
            start=start,
            end=end,
            html=html,
            reconciliation=reconciliation,
            measurement_id=measurement_id,
            as_json=json,
        ),
        source.load(),
    )


def main() -> None:
    """Run the command line and end the process."""
    try:
        with quiet_on_closed_pipe():
            app(tokens_of(sys.argv[1:]))
    except CommandError as error:
        write_error(str(error))
        sys.exit(error.exit_status)


if __name__ == "__main__":
    main()
