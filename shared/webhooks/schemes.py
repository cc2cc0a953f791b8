"""How each provider signs: one row of data each.

Facts: Stripe `_webhook.py` 16.1.0, Standard Webhooks specification, Paddle "Verify webhook
signatures", Shopify "Verify webhook deliveries".
"""

from typing import Final, Literal

import msgspec

KeyEncoding = Literal["utf-8", "base64", "either"]


class Scheme(msgspec.Struct, frozen=True):
    """How one provider signs.

    Attributes:
        provider: Its name.
        signature_header: Where the signatures are, lower case.
        signed: The signed bytes: `{timestamp}`, `{id}` and `{body}` are filled in.
        entry_separator: Between the entries of the header; None: the header is one bare signature.
        pair_separator: Between an entry's key and value.
        signature_prefix: What may stand before a bare signature.
        signature_key: The entries that count; others are of other schemes and passed over.
        public_signature_key: The entries that a private key made, ed25519; None: there are none.
        timestamp_key: The entry that holds the time, where the header itself carries it.
        timestamp_header: The header that holds the time, where it is one of its own.
        id_header: The header that holds the delivery's id, where it is signed.
        digest: How the HMAC-SHA256 is written.
        key: How the secret becomes the HMAC's key: as UTF-8, decoded from base64 after a prefix,
            or either, for senders that took the one for the other.
        key_prefix: What stands before the base64 of a key.
        public_key_prefix: What stands before the base64 of a public key.
        private_key_prefix: What stands before the base64 of a private key, which is the sender's
            alone: such a secret signs nothing here.
        tolerance_seconds: How far from now, in both directions, a signature's time may be.
        alternative: The same under other names of headers, where the first header is absent.
    """

    provider: str
    signature_header: str
    signed: str
    entry_separator: str | None = None
    pair_separator: str = "="
    signature_prefix: str = ""
    signature_key: str = ""
    public_signature_key: str | None = None
    timestamp_key: str | None = None
    timestamp_header: str | None = None
    id_header: str | None = None
    digest: Literal["hex", "base64"] = "hex"
    key: KeyEncoding = "utf-8"
    key_prefix: str = ""
    public_key_prefix: str = ""
    private_key_prefix: str = ""
    tolerance_seconds: int = 300
    alternative: "Scheme | None" = None


STRIPE: Final = Scheme(
    provider="stripe",
    signature_header="stripe-signature",
    signed="{timestamp}.{body}",
    entry_separator=",",
    signature_key="v1",
    timestamp_key="t",
)


def _standard(prefix: str, alternative: Scheme | None = None) -> Scheme:
    return Scheme(
        provider="standard",
        signature_header=f"{prefix}-signature",
        signed="{id}.{timestamp}.{body}",
        entry_separator=" ",
        pair_separator=",",
        signature_key="v1",
        public_signature_key="v1a",
        timestamp_header=f"{prefix}-timestamp",
        id_header=f"{prefix}-id",
        digest="base64",
        key="base64",
        key_prefix="whsec_",
        public_key_prefix="whpk_",
        private_key_prefix="whsk_",
        alternative=alternative,
    )


# Svix, where the standard comes from, still sends its own names.
STANDARD: Final = _standard("webhook", _standard("svix"))

# Paddle's library allows five seconds. Each attempt is signed again, or it would refuse every
# retry; but five seconds are less than a cold start or a clock may be off, and the ledger
# makes a replay within five minutes harmless. So the tolerance is everybody's.
PADDLE: Final = Scheme(
    provider="paddle",
    signature_header="paddle-signature",
    signed="{timestamp}:{body}",
    entry_separator=";",
    signature_key="h1",
    timestamp_key="ts",
)

# No time is signed, so a captured delivery can be replayed for ever. The ledger makes it harmless
# for as long as it remembers. Then `PaymentWebhook` refuses it by the time in its body.
SHOPIFY: Final = Scheme(
    provider="shopify",
    signature_header="x-shopify-hmac-sha256",
    signed="{body}",
    digest="base64",
)

SCHEMES: Final = {scheme.provider: scheme for scheme in (STRIPE, STANDARD, PADDLE, SHOPIFY)}
