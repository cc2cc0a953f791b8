"""What WooCommerce posts to try an address, and how it signs the rest.

Source: WooCommerce `class-wc-webhook.php`. When a webhook is saved the shop posts `webhook_id=N` as
a form, without any signature, and wants exactly 200: otherwise the webhook stays switched off.
"""

import re
from typing import Final

from shared.webhooks.delivery import Delivery
from shared.webhooks.schemes import Scheme

# No time is signed: a captured delivery can be repeated for ever. The time in its body decides.
SCHEME: Final = Scheme(
    provider="woocommerce",
    signature_header="x-wc-webhook-signature",
    signed="{body}",
    digest="base64",
)
_PING: Final = re.compile(rb"webhook_id=[0-9]{1,19}", re.ASCII)


def is_ping(delivery: Delivery) -> bool:
    """Return whether a delivery only tries the address: it is not signed and brings nothing."""
    signed = delivery.values(SCHEME.signature_header)
    return not signed and _PING.fullmatch(delivery.body) is not None
