"""The command `connectors explain`: its options."""

from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from tools.parameters import Json
from tools.settings_source import DEFAULT, SettingsSource


def explain(  # noqa: PLR0913 - one option each
    id: str,  # noqa: A002 - what it is
    /,
    *,
    store: str | None = None,
    collector: str | None = None,
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
        collector: A local stack, by its collector: it is asked, whatever ./settings.env says.
            Default: http://127.0.0.1:8787, where nothing else names a store.
        stripe_key: Where a restricted key is with which Stripe is asked too: file:PATH or
            projects/P/secrets/S. Default: stripe.api_key of PAYMENT_PROVIDERS.
        limit: How many entries at most, the newest first.
        json: Print one JSON object.
        source: Where the settings are. With GA4_EXPORT the export is asked as well, with api_key
            each provider whose record can be compared.
    """
    from tools.explain.command import Options, run  # noqa: PLC0415 - see the module's docstring

    options = Options(
        store=store, collector=collector, stripe_key=stripe_key, limit=limit, as_json=json
    )
    return run(id, options, source)
