"""What was seen of a shop's page, by opening it or in a recording: one shape for both.

Ids of a visitor are here to be compared. They are in no `repr`, and no finding prints them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

SNIPPET_WAIT_MS: Final = 1_000
"""How long the snippet waits where the page says nothing, milliseconds."""


@dataclass(frozen=True, slots=True)
class Cookie:
    """One of Google Analytics' cookies.

    Attributes:
        prefix: The tag's `cookie_prefix`; mostly empty.
        container: The stream's container, `AB12` of `_ga_AB12`; None of the client's cookie.
        by_server: Whether it is the `FPID` of a server container.
        set_by: The host of the response that set it; None for a script, or where that was not seen.
        problem: Why its value says nothing; None where it can be read, or has no value here.
    """

    prefix: str = ""
    container: str | None = None
    by_server: bool = False
    set_by: str | None = None
    problem: str | None = None

    @property
    def name(self) -> str:
        """Its whole name."""
        if self.by_server:
            return "FPID"
        return f"{self.prefix}_ga" + (f"_{self.container}" if self.container else "")


@dataclass(frozen=True, slots=True)
class Command:
    """One command of the page to Google's tag.

    Attributes:
        name: `consent`, `config`, `event`, `js`, `get`, `set`, or `gtm` where Tag Manager starts.
        subject: `default` or `update`; the id of a `config`; the name of an `event`.
        choices: Of `consent`: type → `granted`, `denied` or `other`.
        regions: Of `consent`: where it holds; empty for everywhere.
        wait_ms: Of `consent`: `wait_for_update`, milliseconds.
    """

    name: str
    subject: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    regions: tuple[str, ...] = ()
    wait_ms: int = 0


@dataclass(frozen=True, slots=True)
class Snippet:
    """Our script on the page.

    Attributes:
        there: Whether it runs, or was loaded.
        failed: The status that its file was answered with, where that is an error.
        several: Whether `ga4-streams.js` is there too.
        measurement_ids: Those that its element names.
        wait_ms: How long it waits for consent and tag, milliseconds.
        own_consent: Whether the page gives it consent of its own.
        reads: Key → `""` for a value as it should be, or what is wrong with it; a key it does not
            give is missing. None where nobody asked it.
        consents: Type → `granted` or `denied`, of what it read.
    """

    there: bool = False
    failed: int | None = None
    several: bool = False
    measurement_ids: tuple[str, ...] = ()
    wait_ms: int = SNIPPET_WAIT_MS
    own_consent: bool = False
    reads: Mapping[str, str] | None = None
    consents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Purchase:
    """A `purchase` of the browser.

    Attributes:
        transaction_id: Its id; None where it has none, and `""` where it has an empty one.
        as_number: Whether the page gave a number, no text.
    """

    transaction_id: str | None
    as_number: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One request of the tag to Google Analytics.

    Attributes:
        measurement_id: Its `tid`.
        to: The host it went to.
        client_id: Its `cid`.
        session_id: Its `sid`.
        gcs: The consent in force, as Google writes it.
        gcd: How that came to be, as Google writes it.
        events: The events' names.
        purchases: Those of them that are purchases.
        unread: Whether its events are not in the recording.
        failed: Whether nobody answered it, or with an error.
    """

    measurement_id: str
    to: str
    client_id: str | None = field(default=None, repr=False)
    session_id: str | None = field(default=None, repr=False)
    gcs: str | None = None
    gcd: str | None = None
    events: tuple[str, ...] = ()
    purchases: tuple[Purchase, ...] = ()
    unread: bool = False
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A page, as it was seen.

    Attributes:
        host: Where it was in the end.
        recorded: Whether this is of a recording; what only a page can say is unknown then.
        asked_host: The host that was asked for, where it is another.
        status: What the page was answered with; None where that is not known.
        encrypted: Whether it came by https, or from this computer.
        loaded: Whether it came to an end in time.
        thrown: How many errors its scripts raised.
        unread: How many parts of the recording could not be read.
        tag: Whether Google's tag or Tag Manager was asked for.
        sent_cookies: Whether any cookie at all was seen.
        cookies: Google Analytics' cookies of this site.
        commands: The commands to the tag, in their order; None where nobody could look.
        snippet: Our script.
        hits: The tag's requests, in their order.
    """

    host: str
    recorded: bool = False
    asked_host: str | None = None
    status: int | None = None
    encrypted: bool = True
    loaded: bool = True
    thrown: int = 0
    unread: int = 0
    tag: bool = False
    sent_cookies: bool = True
    cookies: tuple[Cookie, ...] = ()
    commands: tuple[Command, ...] | None = None
    snippet: Snippet = field(default_factory=Snippet)
    hits: tuple[Hit, ...] = ()
