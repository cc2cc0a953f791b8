"""Every provider, by name. A new one is a folder beside this file, and a row here."""

from collections.abc import Mapping
from typing import Final

from shared.providers.adyen.provider import PROVIDER as ADYEN
from shared.providers.chargebee.provider import PROVIDER as CHARGEBEE
from shared.providers.paddle.provider import PROVIDER as PADDLE
from shared.providers.polar.provider import PROVIDER as POLAR
from shared.providers.provider import PaymentProvider
from shared.providers.revenuecat.provider import PROVIDER as REVENUECAT
from shared.providers.shopify.provider import PROVIDER as SHOPIFY
from shared.providers.standard.provider import PROVIDER as STANDARD
from shared.providers.stripe.provider import PROVIDER as STRIPE
from shared.providers.woocommerce.provider import PROVIDER as WOOCOMMERCE

PROVIDERS: Final[Mapping[str, PaymentProvider]] = {
    "stripe": STRIPE,
    "shopify": SHOPIFY,
    "paddle": PADDLE,
    "standard": STANDARD,
    "revenuecat": REVENUECAT,
    "polar": POLAR,
    "chargebee": CHARGEBEE,
    "woocommerce": WOOCOMMERCE,
    "adyen": ADYEN,
}
