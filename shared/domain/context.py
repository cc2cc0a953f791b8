"""What the browser knew when the order was placed, as far as it reached us."""

from datetime import datetime

import msgspec

from shared.changed import replace
from shared.domain.consent import Consent
from shared.domain.device import Device
from shared.domain.streams import ClickIds, ContainerSession
from shared.domain.user_data import UserData
from shared.domain.user_location import UserLocation


class Context(msgspec.Struct, frozen=True):
    """Client, session, consent and page facts of one order; every part may be unknown.

    Attributes:
        client_id: The browser's GA client id, as GA4 wants it.
        session_id: The GA session's start, Unix seconds.
        session_number: How many sessions this client has had.
        user_id: The shop's opaque id of a signed-in person.
        consent: What the person allowed.
        user_agent: The browser's user agent.
        page_location: The page the order was placed on.
        captured_at: When the browser was seen in this session, UTC.
        device: What the user held; beats `user_agent`.
        user_location: Where the user was; beats `ip_override`.
        ip_override: The address GA4 shall derive the place from. Personal data: see `kept`.
        sessions: The sessions of several streams, where the session itself is of none of them.
        app_instance_id: The id that Firebase gave the installed app: 32 hex digits.
        click_ids: The ad's click, where the person allowed that it is kept.
        user_data: What the user provided, hashed; it leaves only where it is switched on and the
            person granted it. Personal data too.
    """

    client_id: str | None = None
    session_id: int | None = None
    session_number: int | None = None
    user_id: str | None = None
    consent: Consent = Consent()
    user_agent: str | None = None
    page_location: str | None = None
    captured_at: datetime | None = None
    device: Device | None = None
    user_location: UserLocation | None = None
    ip_override: str | None = None
    user_data: UserData | None = None
    sessions: tuple[ContainerSession, ...] = ()
    app_instance_id: str | None = None
    click_ids: ClickIds | None = None

    @property
    def has_id(self) -> bool:
        """Whether it knows the browser, or the installed app."""
        return self.client_id is not None or self.app_instance_id is not None

    def of_stream(self, container: str | None) -> "Context":
        """Return the context with the session that counts in one stream.

        Args:
            container: What the name of its session cookie ends with; None of an app stream.
        """
        for session in self.sessions:
            if session.container == container:
                return replace(
                    self,
                    session_id=session.session_id,
                    session_number=session.session_number,
                    captured_at=session.captured_at or self.captured_at,
                    sessions=(),
                )
        return replace(self, sessions=()) if self.sessions else self
