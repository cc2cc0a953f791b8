"""The `connectors reconcile` commands."""

from typing import Annotated

from cyclopts import App, Parameter

from tools.settings_source import DEFAULT, SettingsSource

Flag = Annotated[bool, Parameter(negative="")]

app = App(name="reconcile", help="The ledger against what somebody else knows.")


@app.command
def stripe(  # noqa: PLR0913 - one option each
    *,
    start: Annotated[str, Parameter(name="--from")],
    end: Annotated[str | None, Parameter(name="--to")] = None,
    account: str | None = None,
    repair: Flag = False,
    json: Flag = False,
    source: SettingsSource = DEFAULT,
) -> int:
    """Compare the ledger with Stripe's own record of its events, which it keeps for 30 days.

    Takes the settings of reconciliation; PAYMENT_PROVIDERS names the restricted
    key as stripe.api_key, which must be allowed to read events. Exit status 1 when a
    payment is missing, different, rejected or not settled, or an entry has no payment.

    For example:

        connectors reconcile stripe --from 2026-11-20

    Args:
        start: A day or a time with its zone, such as 2026-11-23.
        end: The same, not included. Default: now.
        account: A connected account, instead of the key's own.
        repair: Feed what is missing to the pipeline, as if Stripe had delivered it now.
        json: Print one JSON object instead of the report.
        source: Where the settings are.
    """
    from tools.reconcile.provider.command import Options, run  # noqa: PLC0415 - import cost

    options = Options(
        provider="stripe", start=start, end=end, account=account, repair=repair, as_json=json
    )
    return run(options, source.load())


@app.command
def shopify(
    *,
    start: Annotated[str, Parameter(name="--from")],
    end: Annotated[str | None, Parameter(name="--to")] = None,
    repair: Flag = False,
    json: Flag = False,
    source: SettingsSource = DEFAULT,
) -> int:
    """Compare the ledger with the orders and refunds of a shop, of 60 days at most.

    Takes the settings of reconciliation; PAYMENT_PROVIDERS names the shop as shopify.shop, and as
    shopify.api_key its access token, which needs the scope read_orders. Exit status 1 when a
    payment is missing, different, rejected or not settled, or an entry has no payment.

    For example:

        connectors reconcile shopify --from 2026-11-20

    Args:
        start: A day or a time with its zone, such as 2026-11-23.
        end: The same, not included. Default: now.
        repair: Feed what is missing to the pipeline, as if Shopify had delivered it now.
        json: Print one JSON object instead of the report.
        source: Where the settings are.
    """
    from tools.reconcile.provider.command import Options, run  # noqa: PLC0415 - import cost

    options = Options(provider="shopify", start=start, end=end, repair=repair, as_json=json)
    return run(options, source.load())


@app.command
def paddle(
    *,
    start: Annotated[str, Parameter(name="--from")],
    end: Annotated[str | None, Parameter(name="--to")] = None,
    repair: Flag = False,
    json: Flag = False,
    source: SettingsSource = DEFAULT,
) -> int:
    """Compare the ledger with Paddle's transactions and adjustments.

    Takes the settings of reconciliation; PAYMENT_PROVIDERS names the key as paddle.api_key, which
    needs the permissions transaction.read and adjustment.read. Exit status 1 when a payment is
    missing, different, rejected or not settled, or an entry has no payment.

    For example:

        connectors reconcile paddle --from 2026-11-20

    Args:
        start: A day or a time with its zone, such as 2026-11-23.
        end: The same, not included. Default: now.
        repair: Feed what is missing to the pipeline, as if Paddle had delivered it now.
        json: Print one JSON object instead of the report.
        source: Where the settings are.
    """
    from tools.reconcile.provider.command import Options, run  # noqa: PLC0415 - import cost

    options = Options(provider="paddle", start=start, end=end, repair=repair, as_json=json)
    return run(options, source.load())


@app.command
def export(
    *,
    start: Annotated[str, Parameter(name="--from")],
    end: Annotated[str | None, Parameter(name="--to")] = None,
    json: Flag = False,
    source: SettingsSource = DEFAULT,
) -> int:
    """Compare the ledger with what GA4 exported to BigQuery: the only place that shows a loss.

    Takes the settings of reconciliation, GA4_EXPORT among them, and Google's credentials as its
    clients do. Exit status 1 when something that was sent is missing, is there
    twice or with another value, or the export has what nobody sent.

    For example:

        connectors reconcile export --from 2026-11-15 --to 2026-11-20

    Args:
        start: A day or a time with its zone, such as 2026-11-23: of when an event was claimed.
        end: The same, not included. Default: now.
        json: Print one JSON object instead of the report.
        source: Where the settings are.
    """
    from tools.reconcile.export.command import Options, run  # noqa: PLC0415 - import cost

    return run(Options(start=start, end=end, as_json=json), source.load())
