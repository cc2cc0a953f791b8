"""The `connectors reconcile` commands."""

from cyclopts import App

from tools.reconcile.asked import Asked, AskedOfProvider
from tools.settings_source import DEFAULT, SettingsSource

app = App(name="reconcile", help="The ledger against what somebody else knows.")


@app.command
def stripe(
    *, asked: AskedOfProvider, account: str | None = None, source: SettingsSource = DEFAULT
) -> int:
    """Compare the ledger with Stripe's own record of its events, which it keeps for 30 days.

    Takes the settings of reconciliation; PAYMENT_PROVIDERS names the restricted
    key as stripe.api_key, which must be allowed to read events. Exit status 1 when a
    payment is missing, different, rejected or not settled, or an entry has no payment.

    For example:

        connectors reconcile stripe --from 2026-11-20

    Args:
        asked: The span, and how the result is shown.
        account: A connected account, instead of the key's own.
        source: Where the settings are.
    """
    return _provider("stripe", asked, source, account)


@app.command
def shopify(*, asked: AskedOfProvider, source: SettingsSource = DEFAULT) -> int:
    """Compare the ledger with the orders and refunds of a shop, of 60 days at most.

    Takes the settings of reconciliation; PAYMENT_PROVIDERS names the shop as shopify.shop, and as
    shopify.api_key its access token, which needs the scope read_orders. Exit status 1 when a
    payment is missing, different, rejected or not settled, or an entry has no payment.

    For example:

        connectors reconcile shopify --from 2026-11-20

    Args:
        asked: The span, and how the result is shown.
        source: Where the settings are.
    """
    return _provider("shopify", asked, source)


@app.command
def paddle(*, asked: AskedOfProvider, source: SettingsSource = DEFAULT) -> int:
    """Compare the ledger with Paddle's transactions and adjustments.

    Takes the settings of reconciliation; PAYMENT_PROVIDERS names the key as paddle.api_key, which
    needs the permissions transaction.read and adjustment.read. Exit status 1 when a payment is
    missing, different, rejected or not settled, or an entry has no payment.

    For example:

        connectors reconcile paddle --from 2026-11-20

    Args:
        asked: The span, and how the result is shown.
        source: Where the settings are.
    """
    return _provider("paddle", asked, source)


@app.command
def chargebee(*, asked: AskedOfProvider, source: SettingsSource = DEFAULT) -> int:
    """Compare the ledger with Chargebee's own record of its events, which it keeps for 90 days.

    Takes the settings of reconciliation; PAYMENT_PROVIDERS names the site as chargebee.site, and as
    chargebee.api_key a key that may read events. Exit status 1 when a payment is missing,
    different, rejected or not settled, or an entry has no payment.

    For example:

        connectors reconcile chargebee --from 2026-11-20

    Args:
        asked: The span, and how the result is shown.
        source: Where the settings are.
    """
    return _provider("chargebee", asked, source)


@app.command
def paypal(*, asked: AskedOfProvider, source: SettingsSource = DEFAULT) -> int:
    """Compare the ledger with PayPal's transactions, which it lists up to three hours late.

    Takes the settings of reconciliation; PAYMENT_PROVIDERS names the app as paypal.client_id, and
    its secret as paypal.api_key. The app needs the feature Transaction Search. Exit status 1 when
    a payment is missing, different, rejected or not settled, or an entry has no payment.

    For example:

        connectors reconcile paypal --from 2026-11-20

    Args:
        asked: The span, and how the result is shown.
        source: Where the settings are.
    """
    return _provider("paypal", asked, source)


@app.command
def mollie(*, asked: AskedOfProvider, source: SettingsSource = DEFAULT) -> int:
    """Compare the ledger with Mollie's payments, refunds and chargebacks.

    Takes the settings of reconciliation; PAYMENT_PROVIDERS names an API key of the profile as
    mollie.api_key. A refund of the two weeks before the span is compared too: Mollie says when it
    was made, and not when it was done. Exit status 1 when a payment is missing, different, rejected
    or not settled, or an entry has no payment.

    For example:

        connectors reconcile mollie --from 2026-11-20

    Args:
        asked: The span, and how the result is shown.
        source: Where the settings are.
    """
    return _provider("mollie", asked, source)


@app.command
def woocommerce(*, asked: AskedOfProvider, source: SettingsSource = DEFAULT) -> int:
    """Compare the ledger with the orders and refunds of a WooCommerce shop.

    Takes the settings of reconciliation; PAYMENT_PROVIDERS names the shop as woocommerce.shop, and
    as woocommerce.api_key its consumer key and secret, which may read. Exit status 1 when a payment
    is missing, different, rejected or not settled, or an entry has no payment.

    For example:

        connectors reconcile woocommerce --from 2026-11-20

    Args:
        asked: The span, and how the result is shown.
        source: Where the settings are.
    """
    return _provider("woocommerce", asked, source)


@app.command
def revenuecat(*, asked: AskedOfProvider, source: SettingsSource = DEFAULT) -> int:
    """Compare the ledger with RevenueCat's history of the customers that the ledger knows.

    RevenueCat lists no payments of a time: a customer whose first payment was lost is not found.
    Takes the settings of reconciliation; PAYMENT_PROVIDERS names the project as revenuecat.project,
    and a secret key of API version 2 as revenuecat.api_key. Exit status 1 when a payment is
    missing, different, rejected or not settled, or an entry has no payment.

    For example:

        connectors reconcile revenuecat --from 2026-11-20

    Args:
        asked: The span, and how the result is shown.
        source: Where the settings are.
    """
    return _provider("revenuecat", asked, source)


@app.command
def export(*, asked: Asked, source: SettingsSource = DEFAULT) -> int:
    """Compare the ledger with what GA4 exported to BigQuery: the only place that shows a loss.

    Takes the settings of reconciliation, GA4_EXPORT among them, and Google's credentials as its
    clients do. The span is of when events were claimed. Exit status 1 when something that was sent
    is missing, is there twice or with another value, or the export has what nobody sent.

    For example:

        connectors reconcile export --from 2026-11-15 --to 2026-11-20

    Args:
        asked: The span, and how the result is shown.
        source: Where the settings are.
    """
    from tools.reconcile.export.command import run  # noqa: PLC0415 - import cost

    return run(asked, source.load())


def _provider(
    provider: str, asked: AskedOfProvider, source: SettingsSource, account: str | None = None
) -> int:
    from tools.reconcile.provider.command import run  # noqa: PLC0415 - import cost

    return run(provider, asked, source.load(), account=account)
