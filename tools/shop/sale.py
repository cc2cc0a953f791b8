"""Anything that was paid, once: what an order and a subscription's invoice have in common."""

from collections.abc import Mapping
from typing import Protocol

from tools.shop.currency import Currency
from tools.shop.shape import Shape


class Sale(Protocol):
    """One payment, its amounts in minor units."""

    @property
    def key(self) -> str:
        """Text that no other sale's ids are made of."""

    @property
    def currency(self) -> Currency:
        """What it is paid in."""

    @property
    def net(self) -> int:
        """What the shop earns with it."""

    @property
    def tax(self) -> int:
        """The tax on everything."""

    @property
    def shipping(self) -> int:
        """The price of shipping, without its tax."""

    @property
    def total(self) -> int:
        """What is paid."""

    @property
    def paid_at(self) -> int:
        """When, in Unix seconds."""

    @property
    def customer(self) -> str | None:
        """The Stripe customer; none for a guest."""

    @property
    def email(self) -> str:
        """The buyer's address."""

    @property
    def payment_intent(self) -> str:
        """Stripe's id of the payment."""

    @property
    def charge(self) -> str:
        """Stripe's id of the charge that made it."""

    @property
    def payment_metadata(self) -> Mapping[str, str]:
        """What stands in the metadata of intent and charge."""

    @property
    def owner(self) -> str:
        """The session or the invoice that the payment intent belongs to."""

    @property
    def shape(self) -> Shape:
        """The shape in which Stripe sends it."""

    @property
    def transaction_id(self) -> str:
        """The id that GA4 has to show."""

    @property
    def client_id(self) -> str | None:
        """The buyer's browser, where the shop knows it."""

    @property
    def session_id(self) -> str | None:
        """The session in which it was bought, where there was one and the shop knows it."""

    @property
    def is_renewal(self) -> bool:
        """Whether nobody clicked: a subscription went on."""
