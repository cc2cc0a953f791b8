"""A provider's request as it came, and as it is once its bytes are trusted."""

from dataclasses import dataclass, field

import msgspec


@dataclass(frozen=True, slots=True)
class Head:
    """The headers of a request, which are there before its body.

    Attributes:
        headers: Name (lower case) and value of every header, in order, repeats kept.
        peer: The address at the other end of the connection; empty where it is not known.
    """

    headers: tuple[tuple[str, str], ...]
    peer: str = field(default="", kw_only=True)

    def values(self, name: str) -> list[str]:
        """Return every value of the header `name` (lower case)."""
        return [value for key, value in self.headers if key == name]


@dataclass(frozen=True, slots=True)
class Delivery(Head):
    """One HTTP request, before anybody believes it.

    Attributes:
        headers: As in `Head`.
        peer: As in `Head`.
        body: The exact bytes received: a signature is over these and nothing else.
    """

    body: bytes


class VerifiedDelivery(msgspec.Struct, frozen=True):
    """Bytes that a provider signed; only verification makes one.

    Attributes:
        provider: Whose signature it was, e.g. `stripe`.
        body: The signed bytes.
        headers: The request's; some providers send the topic there. Only what is signed can be
            trusted, and headers rarely are.
    """

    provider: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    def header(self, name: str) -> str | None:
        """Return the first value of the header `name` (lower case); None where it is absent."""
        return next((value for key, value in self.headers if key == name), None)
