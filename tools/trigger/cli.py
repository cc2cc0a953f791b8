"""The command `connectors trigger`: its options."""

from typing import Annotated

from cyclopts import Parameter

from tools.errors import UsageError
from tools.parameters import COLLECTOR_PORT, Json
from tools.settings_source import DEFAULT, SettingsSource


def trigger(  # noqa: PLR0913 - one option each
    name: str | None = None,
    /,
    *,
    url: str | None = None,
    secret: str | None = None,
    collector: str = f"http://127.0.0.1:{COLLECTOR_PORT}",
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
