"""What the shop's page knew of a buyer's visit, as it travels in Stripe metadata."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Visit:
    """What has to reach GA4, and what the shop wrote into the metadata so that it can.

    Attributes:
        client_id: The browser, where the page knew it.
        session_id: The session, where the page knew it.
        metadata: The `ga_*` keys.
    """

    client_id: str | None
    session_id: str | None
    metadata: Mapping[str, str]


UNKNOWN = Visit(client_id=None, session_id=None, metadata={})
"""A buyer whose browser said nothing: a phone order, a blocked tag."""


def plain_visit(client_id: str, session_id: int, captured_at: int, consent: str) -> Visit:
    """A visit written down value by value."""
    return Visit(
        client_id=client_id,
        session_id=str(session_id),
        metadata={
            "ga_client_id": client_id,
            "ga_session_id": str(session_id),
            "ga_session_number": "3",
            "ga_consent_analytics": "granted",
            "ga_consent_ad_user_data": consent,
            "ga_consent_ad_personalization": consent,
            "ga_user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101",
            "ga_page_location": "https://shop.example.com/checkout",
            "ga_captured_at": str(captured_at),
        },
    )


def cookie_visit(client_id: str, session_id: int, captured_at: int) -> Visit:
    """A visit handed over as the raw values of the two cookies."""
    session_cookie = f"GS2.1.s{session_id}$o2$g1$t{captured_at}$j42$l0$h0"
    return Visit(
        client_id=client_id,
        session_id=str(session_id),
        metadata={
            "ga_cookie": f"GA1.1.{client_id}",
            "ga_session_cookie": session_cookie,
            "ga_captured_at": str(captured_at),
        },
    )


def client_visit(client_id: str) -> Visit:
    """A visit of which only the browser is known."""
    return Visit(client_id=client_id, session_id=None, metadata={"ga_client_id": client_id})
