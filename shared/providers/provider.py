"""What the connectors know of a provider: a value of one type, in the provider's own folder."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Literal

import msgspec

from shared.domain.context import Context
from shared.domain.event import DomainEvent
from shared.domain.money import CURRENCIES
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata
from shared.providers.minor_units import STRIPES, Exponents
from shared.webhooks.authenticator import Proof
from shared.webhooks.delivery import Delivery, VerifiedDelivery


class Basis(StrEnum):
    """What the mapping of a provider was made from."""

    VERIFIED = "verified"
    """Recorded deliveries, or the provider's own package."""
    DOCUMENTED = "from documentation"
    """The provider's pages alone: nobody has seen it with real deliveries."""


class MetadataBy(StrEnum):
    """Who can write what the connectors read as metadata."""

    SHOP = "the shop"
    BUYERS = "buyers too"
    NOBODY = "nobody"


class Capability(StrEnum):
    """What a provider's events can mean. The table in `docs/providers/` has a row for each."""

    PURCHASE = "purchase"
    START = "subscription start"
    RENEWAL = "renewal"
    TRIAL = "trial"
    TRIAL_CONVERSION = "trial conversion"
    REFUND = "refund"
    PARTIAL_REFUND = "partial refund"
    REVERSAL = "refund taken back"
    DISPUTE = "chargeback"
    CANCELLATION = "cancellation"
    PAYMENT_FAILED = "payment failed"
    TAX = "tax"
    SHIPPING = "shipping"
    ITEMS = "items"
    TEST_MODE = "test mode"
    SIGNED_TIME = "signed time"
    RETRIES = "retries"
    RECORD = "reconcile"


class Variable(msgspec.Struct, frozen=True):
    """A setting of the deployment that shapes a provider's options, beside its entry.

    Attributes:
        name: The setting, e.g. `PAYPAL_API`.
        reads: What its text is: the address of an `api`, or the path of a `pem` file, whose text
            becomes the option.
        hosts: The hosts that an `api` may be; beside them a stand-in on loopback.
    """

    name: str
    reads: Literal["api", "pem"]
    hosts: tuple[str, ...] = ()


class Lookups(msgspec.Struct, frozen=True):
    """What a provider's deliveries may need of its API, said without asking anybody.

    The handler asks, with the key of the settings, and hands back what it got.

    Attributes:
        paths: Returns what has to be asked for an event, each as a path; nothing for an event that
            carries all it needs.
        complete: Returns the events that an event is with what was found under each path; None
            where the provider has no such object.
    """

    paths: Callable[[ProviderEvent], tuple[str, ...]]
    complete: Callable[[ProviderEvent, Mapping[str, msgspec.Raw | None]], tuple[ProviderEvent, ...]]


class PaymentProvider(msgspec.Struct, frozen=True, kw_only=True):
    """One provider: how it signs, what it says, what it means.

    Attributes:
        name: Its name in the settings, and the path that it posts to.
        title: Its name for people.
        basis: What its mapping was made from.
        capabilities: What its events can mean.
        metadata_by: Who can write its metadata. The keys of `TRANSACTION_ID_KEYS` are taken from
            what only the shop writes, unless an option says otherwise.
        proof: How its deliveries are proved to be its own, by the operator's options.
        parse: Reads the events of a verified delivery; raises `MalformedError`.
        map_event: Says what an event means, by the operator's options; raises `UnusableError`.
        options: The type of those options: a msgspec struct whose fields all have defaults.
        environment: Options that are no part of its entry → the setting of the deployment.
        metadata: Reads what the shop itself wrote into an event's object, for `ROUTES`.
        context_of: Reads what an event says of its buyer, where the metadata does not.
        references_of: Reads the ids of its order and its buyer, where they are not simply the ids
            in its object.
        secrets: The references of its entry that can prove a delivery: one of them has to be
            there. Empty: its proof needs no secret.
        other_secrets: References that its entry may name beside them.
        has_api_key: Whether its entry may name a key for its API.
        webhook_asks: Whether its deliveries, too, may need that key, and not only a comparison.
        key_suffices: Whether that key alone can prove a delivery, by asking for what it names.
        key_needs: Options that an entry with a key for its API must have → why, for an error.
        lookups: What its deliveries may need of its API.
        overlaps: Other providers that send webhooks for the same money → what to do about it.
        posts_unsigned_forms: Whether it also posts short forms without a signature.
        is_ping: Whether such a form only tries the address: it needs no proof and brings nothing.
        acknowledgement: Text that an answer of 2xx has to contain, where its sender looks for it.
        snapshots: Event types that bring the whole object as it is then: what any of them says of
            its money can be compared with what another one said.
        topic_header: The header that names an event's type, where the body does not.
        exponents: How many decimals its minor units have, where it counts in such.
        currencies: The currencies it can name.
        local_secret: Its signing secret in a local stack.
        local_options: Options of its entry in a local stack.
    """

    name: str
    title: str
    basis: Basis
    capabilities: frozenset[Capability]
    metadata_by: MetadataBy
    proof: Callable[[Any], Proof]
    parse: Callable[[VerifiedDelivery], tuple[ProviderEvent, ...]]
    map_event: Callable[[ProviderEvent, Any], DomainEvent]
    options: type[Any]
    metadata: Callable[[ProviderEvent], Metadata]
    context_of: Callable[[ProviderEvent], Context] | None = None
    references_of: Callable[[ProviderEvent], tuple[str, ...]] | None = None
    secrets: tuple[str, ...] = ("secret",)
    other_secrets: tuple[str, ...] = ()
    has_api_key: bool = False
    webhook_asks: bool = False
    key_suffices: bool = False
    key_needs: Mapping[str, str] = msgspec.field(default_factory=dict)
    lookups: Lookups | None = None
    overlaps: Mapping[str, str] = msgspec.field(default_factory=dict)
    posts_unsigned_forms: bool = False
    is_ping: Callable[[Delivery], bool] | None = None
    acknowledgement: str = ""
    snapshots: frozenset[str] = frozenset()
    topic_header: str = ""
    exponents: Exponents = STRIPES
    currencies: frozenset[str] = CURRENCIES
    environment: Mapping[str, Variable] = msgspec.field(default_factory=dict)
    local_secret: str = "local"  # noqa: S105 - published: for loopback only
    local_options: Mapping[str, Any] = msgspec.field(default_factory=dict)

    @property
    def references(self) -> tuple[str, ...]:
        """The references to secrets of its entry, the key of its API aside."""
        return (*self.secrets, *self.other_secrets)

    def can(self, capability: Capability) -> bool:
        """Return whether its events can mean something."""
        return capability in self.capabilities
