"""Opens the shop's page in Chromium, as a visitor who was never there.

Playwright is a development dependency: it is imported when a page is opened. What the browser asked
for is read from a recording of it, as any other is. Requests to Google Analytics itself are
answered here, so that the visit counts nowhere.
"""

import asyncio
import os
import re
import shutil
import tempfile
import time
from collections.abc import Awaitable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit

import msgspec

from shared.domain.cookies import client_id_from, session_from
from tools.changed import replace
from tools.doctor.site.har import read_har
from tools.doctor.site.names import is_of_site, is_tag, measurement_ids, read_cookie
from tools.doctor.site.seen import SNIPPET_WAIT_MS, Command, Cookie, Seen, Snippet
from tools.errors import FailedError, UsageError

if TYPE_CHECKING:
    from playwright.async_api import Browser, Error, Page, Request, Route

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_INHERITED: Final = """
    PATH HOME LANG TMPDIR DISPLAY http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY
""".split()
_FLAGS: Final = "--disable-gpu --no-first-run --disable-background-networking".split()
_SCHEMES: Final = ("http", "https")
_LOOK: Final = Path(__file__).with_name("look.js")
_GOOGLE: Final = re.compile(
    r"https?://([a-z0-9-]+\.)*(google-analytics\.com|analytics\.google\.com|doubleclick\.net)"
    r"/([a-z]+/)*collect\?.*"
)
# The real tag gathers events for up to five seconds.
_LONGEST_QUIET: Final = 6.0
_LONGEST_WITHOUT_TAG: Final = 2.5
_QUIET: Final = 1.0
_SNIPPET_WAITS_MS: Final = 3_000
_PACE: Final = 0.1
_ENDING: Final = 10.0
_MOST_TRIES: Final = 3

_TYPE: Final = re.compile(r"[a-z_]{1,40}")
_REGION: Final = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")
_SUBJECT: Final = re.compile(r"[A-Za-z][\w-]{0,40}", re.ASCII)
_CONSENT: Final = "ga_consent_"
_CLIENT: Final = "ga_client_id"
_SESSIONS: Final = ("ga_session_id", "ga_session_cookie")


class _Command(msgspec.Struct, frozen=True):
    name: str
    subject: str = ""
    choices: dict[str, str] = {}
    regions: list[str] = []
    wait_ms: int = 0


class _Snippet(msgspec.Struct, frozen=True):
    there: bool
    several: bool
    measurement_ids: str
    wait: str
    own_consent: bool
    read: dict[str, str] | None


class _Look(msgspec.Struct, frozen=True):
    commands: list[_Command]
    snippet: _Snippet


class NotSeenError(Exception):
    """The page could not be looked at; the text says why."""


def checked(url: str) -> SplitResult:
    """Return the address of a page that may be opened.

    Args:
        url: Such as `https://shop.example.com/checkout`.

    Raises:
        UsageError: It is of another kind.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise UsageError("URL: cannot be read") from None
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise UsageError("URL: takes a page by http or https, e.g. https://shop.example.com/")
    if parts.username is not None or parts.password is not None:
        raise UsageError("URL: takes no user name and no password")
    return parts


def open_page(url: str, ids: tuple[str, ...], chromium: str | None, timeout: float) -> Seen:
    """Open a page, and return what was seen.

    Args:
        url: The page, as `checked` allows it.
        ids: The measurement ids that the snippet is asked for where its element names none.
        chromium: Where Chromium is; None to look for it.
        timeout: How long the page may take, seconds.

    Raises:
        FailedError: Playwright or Chromium is missing, or does not start.
        NotSeenError: The page cannot be opened.
    """
    with tempfile.TemporaryDirectory(prefix="connectors-site-") as folder:
        return asyncio.run(_open(url, ids, chromium, timeout, Path(folder) / "visit.har"))


async def _open(
    url: str, ids: tuple[str, ...], chromium: str | None, patience: float, har: Path
) -> Seen:
    try:
        from playwright.async_api import Error, async_playwright  # noqa: PLC0415 - see the module
    except ImportError:
        raise FailedError(
            "Playwright is missing: `pip install playwright`; or save the requests in the "
            "browser's network panel, and give the file as --har"
        ) from None
    path = chromium or next(filter(None, map(shutil.which, _NAMES)), None)
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(
                executable_path=path,
                # Chromium refuses to run as root in its sandbox.
                chromium_sandbox=os.geteuid() != 0,
                args=_FLAGS,
                env={name: os.environ[name] for name in _INHERITED if name in os.environ},
            )
        except Error:
            where = f"{path} does not start" if path else "there is none on PATH"
            raise FailedError(
                f"Chromium: {where}; install it, name it by --chromium PATH, or give a saved "
                "recording as --har"
            ) from None
        visit = _Visit(browser, url, patience, har)
        try:
            looked = await visit.look(ids)
        except Error as error:
            raise NotSeenError(_reason(error)) from None
        finally:
            await _in_time(browser.close())
    return visit.seen(looked)


@dataclass  # without slots: Playwright writes upon whose methods it calls
class _Visit:
    """One visit of a page.

    Attributes:
        browser: It makes the visit.
        url: The page.
        patience: How long it may take, seconds.
        har: Where its requests are recorded.
        thrown: How many errors reached the page.
        hits: How many requests of the tag there were.
        tag: Whether Google's tag was asked for.
        loaded: Whether the page came to an end.
        last: When the last such request was, monotonic seconds.
        landed: Where it led to.
        jar: Name, value and domain of each cookie.
    """

    browser: "Browser"
    url: str
    patience: float
    har: Path
    thrown: int = 0
    hits: int = 0
    tag: bool = False
    loaded: bool = True
    last: float = 0.0
    landed: str = ""
    jar: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)

    async def look(self, ids: tuple[str, ...]) -> _Look | None:
        """Open the page, and ask it; None where its scripts never answer."""
        context = await self.browser.new_context(
            record_har_path=self.har,
            record_har_content="embed",
            service_workers="block",
            accept_downloads=False,
        )
        context.set_default_timeout(self.patience * 1000)
        await context.route(_GOOGLE, self._answer)
        page = await context.new_page()
        context.on("page", lambda popup: asyncio.ensure_future(popup.close()))
        page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.dismiss()))
        page.on("pageerror", self._threw)
        page.on("request", self._asked)
        try:
            await self._visited(page)
            # Before the page is asked: asking the tag for an id may set a cookie.
            cookies = await asyncio.wait_for(context.cookies(), _ENDING)
            self.jar = tuple((c["name"], c["value"], c["domain"]) for c in cookies)
            return await self._asked_page(page, ids)
        finally:
            await _in_time(context.close())

    async def _visited(self, page: "Page") -> None:
        from playwright.async_api import TimeoutError as TooLate  # noqa: PLC0415 - see the module

        until = time.monotonic() + self.patience
        await page.goto(self.url, wait_until="commit")
        try:
            left = max(until - time.monotonic(), 0.1)
            await page.wait_for_load_state("load", timeout=left * 1000)
        except TooLate:
            self.loaded = False
        began = time.monotonic()
        while time.monotonic() < min(began + self._longest(), until):
            if self.hits and time.monotonic() > max(self.last, began) + _QUIET:
                break
            await asyncio.sleep(_PACE)
        self.landed = page.url

    def _longest(self) -> float:
        return _LONGEST_QUIET if self.tag else _LONGEST_WITHOUT_TAG

    async def _asked_page(self, page: "Page", ids: tuple[str, ...]) -> _Look | None:
        from playwright.async_api import Error  # noqa: PLC0415 - see the module

        for _ in range(_MOST_TRIES):
            asked = page.evaluate(_LOOK.read_text("utf-8"), [",".join(ids), _SNIPPET_WAITS_MS])
            try:
                found = await asyncio.wait_for(asked, _SNIPPET_WAITS_MS / 1000 + _ENDING)
                return msgspec.convert(found, _Look)
            except (TimeoutError, msgspec.ValidationError):
                return None
            except Error:
                # It went on to another page meanwhile.
                await asyncio.sleep(_QUIET)
                self.landed = page.url
        return None

    async def _answer(self, route: "Route") -> None:
        await route.fulfill(status=204)

    def _threw(self, _error: object) -> None:
        self.thrown += 1

    def _asked(self, request: "Request") -> None:
        with suppress(ValueError):
            self.tag = self.tag or is_tag(urlsplit(request.url))
        if "/collect" in request.url:
            self.hits += 1
            self.last = time.monotonic()

    def seen(self, looked: _Look | None) -> Seen:
        """Return what the recording, the cookies and the page itself say.

        Raises:
            NotSeenError: It led to no page.
        """
        host = urlsplit(self.landed).hostname
        if host is None or not self.har.exists():
            raise NotSeenError("its scripts never end" if host else "it leads to no page")
        try:
            recorded = read_har(str(self.har), host)
        except UsageError:
            raise NotSeenError("the answer is no HTML page") from None
        asked = urlsplit(self.url).hostname
        of_host = replace(
            recorded,
            recorded=False,
            asked_host=asked if asked != host else None,
            loaded=self.loaded and looked is not None,
            thrown=self.thrown,
            sent_cookies=True,
            cookies=tuple(self._cookies(host, recorded.cookies)),
        )
        if looked is None:
            return of_host
        return replace(
            of_host,
            commands=tuple(map(_command, looked.commands)),
            snippet=_snippet(looked.snippet, recorded.snippet.failed),
        )

    def _cookies(self, host: str, recorded: tuple[Cookie, ...]) -> Iterator[Cookie]:
        set_by = {cookie.name: cookie.set_by for cookie in recorded}
        for name, value, domain in self.jar:
            if not is_of_site(domain.removeprefix("."), host):
                continue
            if cookie := read_cookie(name, value, set_by=set_by.get(name)):
                yield cookie


def _command(found: _Command) -> Command:
    """Return a command without anything that only somebody else could have written."""
    return Command(
        name=found.name if _SUBJECT.fullmatch(found.name) else "?",
        subject=found.subject if _SUBJECT.fullmatch(found.subject) else "",
        choices={
            name: value if value in ("granted", "denied") else "other"
            for name, value in found.choices.items()
            if _TYPE.fullmatch(name)
        },
        regions=tuple(name if _REGION.fullmatch(name) else "?" for name in found.regions),
        wait_ms=found.wait_ms,
    )


def _snippet(found: _Snippet, failed: int | None) -> Snippet:
    read = found.read
    return Snippet(
        there=found.there,
        failed=failed,
        several=found.several,
        measurement_ids=measurement_ids(found.measurement_ids),
        wait_ms=int(found.wait) if found.wait.isdecimal() else SNIPPET_WAIT_MS,
        own_consent=found.own_consent,
        reads=None if read is None else {name: _judged(name, read[name]) for name in read},
        consents={
            name.removeprefix(_CONSENT): value
            for name, value in (read or {}).items()
            if name.startswith(_CONSENT) and value in ("granted", "denied")
        },
    )


def _judged(name: str, value: str) -> str:
    """Return what is wrong with a value that the snippet read; empty where nothing is."""
    if name == _CLIENT:
        return client_id_from(value).problem or ""
    return (session_from(value).problem or "") if name.startswith(_SESSIONS) else ""


def _reason(error: "Error") -> str:
    """Return why a page could not be opened, without its address."""
    code = re.search(r"net::ERR_\w{1,60}", error.message)
    if code:
        return f"it cannot be opened ({code[0]})"
    if "Download is starting" in error.message:
        return "it is a download, no page"
    if "Timeout" in error.message:
        return "it did not answer in time"
    return "it cannot be opened"


async def _in_time(ending: Awaitable[None]) -> None:
    """Wait for a browser to end what it does; one whose page never ends is not waited for."""
    from playwright.async_api import Error  # noqa: PLC0415 - see the module

    with suppress(TimeoutError, Error):
        await asyncio.wait_for(ending, _ENDING)
