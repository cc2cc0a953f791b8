"""The record of each provider that has one, opened with the key of the settings."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import msgspec

from shared.errors import MisconfiguredError
from shared.handlers.payment_webhook import PaymentWebhook
from shared.handlers.paypal_order import account_of
from shared.provider_api.chargebee import ChargebeeApi, ChargebeeSite
from shared.provider_api.mollie import MollieApi
from shared.provider_api.paddle import PaddleAccount, PaddleApi
from shared.provider_api.paypal_payments import PayPalPayments
from shared.provider_api.revenuecat import RevenueCatApi, RevenueCatProject
from shared.provider_api.shopify import ShopifyApi
from shared.provider_api.woocommerce import WooCommerceApi, WooCommerceShop
from shared.reconciliation.provider.chargebee import ChargebeeRecord
from shared.reconciliation.provider.mollie import MollieRecord
from shared.reconciliation.provider.paddle import PaddleRecord
from shared.reconciliation.provider.paypal import PayPalRecord
from shared.reconciliation.provider.record import Record
from shared.reconciliation.provider.revenuecat import RevenueCatRecord
from shared.reconciliation.provider.shopify import ShopifyRecord
from shared.reconciliation.provider.stripe import StripeRecord
from shared.reconciliation.provider.woocommerce import WooCommerceRecord
from shared.secrets.secret import Secret
from shared.settings.providers import Provider

StandIns = Mapping[str, str]
"""Where a provider's API is asked instead of at its own host, by the provider."""


class _Opening(msgspec.Struct, frozen=True):
    payments: PaymentWebhook
    provider: Provider
    stand_ins: StandIns
    account: str | None
    key: Secret


async def open_record(
    payments: PaymentWebhook, provider: Provider, stand_ins: StandIns, account: str | None
) -> Record:
    """Return a provider's record.

    Args:
        payments: The pipeline that is compared with it.
        provider: The provider's entry of the settings.
        stand_ins: Where it is asked instead of its own host.
        account: A connected account of Stripe's, instead of the key's own.

    Raises:
        UnavailableError: The key or the provider is out of reach.
        MisconfiguredError: There is no key, or the provider does not know it.
    """
    at = f"PAYMENT_PROVIDERS {provider.name}.api_key"
    if provider.api_key is None:
        raise MisconfiguredError(f"{at}: missing; it may read what is compared")
    key = await payments.secrets.get(provider.api_key, at)
    return await _RECORDS[provider.name](_Opening(payments, provider, stand_ins, account, key))


async def _stripe(opening: _Opening) -> Record:
    return StripeRecord(opening.payments.apis.stripe, opening.key, opening.account)


async def _chargebee(opening: _Opening) -> Record:
    site = ChargebeeSite(opening.provider.options.site, opening.key)
    api = ChargebeeApi(opening.stand_ins.get("chargebee"))
    return ChargebeeRecord(api, site, opening.payments.clock())


async def _mollie(opening: _Opening) -> Record:
    return MollieRecord(MollieApi(opening.key, opening.payments.settings.apis["mollie"]))


async def _paddle(opening: _Opening) -> Record:
    account = PaddleAccount(opening.key, opening.provider.options.sandbox)
    return PaddleRecord(
        PaddleApi(opening.stand_ins.get("paddle")), account, opening.payments.clock()
    )


async def _paypal(opening: _Opening) -> Record:
    options = opening.provider.options
    account = account_of(options, options.client_id, opening.key)
    account.basic()  # what cannot be an app's is refused before anything is asked
    return PayPalRecord(PayPalPayments(account), options, opening.payments.clock())


async def _revenuecat(opening: _Opening) -> Record:
    payments = opening.payments
    project = RevenueCatProject(opening.provider.options.project, opening.key)
    tests = ("sandbox",) if payments.settings.common.accept_test_events else ()
    return RevenueCatRecord(
        RevenueCatApi(project, opening.stand_ins.get("revenuecat")),
        payments.sender.stores.ledger,
        ("production", *tests),
    )


async def _shopify(opening: _Opening) -> Record:
    options = opening.provider.options
    api = ShopifyApi(opening.stand_ins.get("shopify"))
    try:
        shop = await api.open(options.shop, opening.key, options.client_id)
    except BaseException:
        await api.close()
        raise
    return ShopifyRecord(api, shop, opening.payments.clock())


async def _woocommerce(opening: _Opening) -> Record:
    shop = WooCommerceShop(opening.provider.options.shop, opening.key)
    api = WooCommerceApi(shop, opening.stand_ins.get("woocommerce"))
    return WooCommerceRecord(api, shop.place)


_RECORDS: Final[Mapping[str, Callable[[_Opening], Awaitable[Record]]]] = {
    "chargebee": _chargebee,
    "mollie": _mollie,
    "paddle": _paddle,
    "paypal": _paypal,
    "revenuecat": _revenuecat,
    "shopify": _shopify,
    "stripe": _stripe,
    "woocommerce": _woocommerce,
}
