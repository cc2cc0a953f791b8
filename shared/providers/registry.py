"""Every provider, by name. A new one is a folder beside this file, and a name here.

A provider is loaded when it is asked for: a shop has one or two of them, and each would cost every
cold start some five milliseconds.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Final

from shared.providers.provider import PaymentProvider

_NAMES: Final = (
    "stripe",
    "shopify",
    "paddle",
    "standard",
    "revenuecat",
    "polar",
    "chargebee",
    "woocommerce",
    "adyen",
    "mollie",
    "apple",
    "paypal",
)


class _Providers(Mapping[str, PaymentProvider]):
    """The providers, in the order of their names above; `in` and `len` load none."""

    def __getitem__(self, name: str) -> PaymentProvider:
        if name not in _NAMES:
            raise KeyError(name)
        module = import_module(f"shared.providers.{name}.provider")
        provider: PaymentProvider = module.PROVIDER
        return provider

    def __contains__(self, name: object) -> bool:
        return name in _NAMES

    def __iter__(self) -> Iterator[str]:
        return iter(_NAMES)

    def __len__(self) -> int:
        return len(_NAMES)


PROVIDERS: Final[Mapping[str, PaymentProvider]] = _Providers()
