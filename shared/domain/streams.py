"""What a context knows of one stream alone: a container's session, an app's id, an ad's click."""

import re
from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import fields

_APP_INSTANCE: Final = re.compile(r"[0-9a-f]{32}")
_CONTAINER: Final = re.compile(r"[A-Z0-9]{1,20}", re.ASCII)
_CLICK: Final = re.compile(r"[A-Za-z0-9_-]{1,512}", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]{1,20}", re.ASCII)
MAX_SESSIONS: Final = 20


class ContainerSession(msgspec.Struct, frozen=True):
    """The session that a cookie `_ga_<container>` speaks of: one web stream's, no other's.

    Attributes:
        container: The stream's measurement id without `G-`.
        session_id: The session's start, Unix seconds.
        session_number: How many sessions this client has had.
        captured_at: When the browser was seen in this session, UTC.
    """

    container: str
    session_id: int
    session_number: int | None = None
    captured_at: datetime | None = None


class ClickIds(msgspec.Struct, frozen=True):
    """What an ad's click put into the landing page's address; kept where ad storage was granted.

    All None: ad storage was refused, so that what was known before goes.

    Attributes:
        gclid: Google Ads' id of the click.
        gbraid: The same where an app was opened.
        wbraid: The same for the web, without an id of the person.
        gad_source: Which of Google's surfaces the ad stood on.
        gad_campaignid: The campaign.
    """

    gclid: str | None = None
    gbraid: str | None = None
    wbraid: str | None = None
    gad_source: str | None = None
    gad_campaignid: str | None = None


CLICK_IDS: Final = tuple(each.name for each in fields(ClickIds))
"""The names of what an ad's click leaves."""


def app_instance_id(text: str) -> str | None:
    """Return the id that Firebase gave an installed app; None where a text is no such id."""
    plain = text.strip().lower()
    return plain if _APP_INSTANCE.fullmatch(plain) else None


def container_of(name: str) -> str | None:
    """Return a container's name, in capitals; None where a text is no such name."""
    plain = name.strip().upper()
    return plain if _CONTAINER.fullmatch(plain) else None


def is_click_id(name: str, text: str) -> bool:
    """Return whether a text can be a click id of this name."""
    pattern = _NUMBER if name in ("gad_source", "gad_campaignid") else _CLICK
    return pattern.fullmatch(text) is not None


def merge_sessions(
    earlier: tuple[ContainerSession, ...], later: tuple[ContainerSession, ...]
) -> tuple[ContainerSession, ...]:
    """Return the sessions of both; of one container that which was seen later."""
    merged = {session.container: session for session in earlier}
    merged.update((session.container, session) for session in later)
    return tuple(merged.values())[-MAX_SESSIONS:]
