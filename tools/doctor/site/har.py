"""A recording of a browser's requests, as Chrome's network panel and Playwright write it (HAR).

Recordings are large, and other tools write them slightly otherwise. So the file is not loaded but
mapped. Each entry is read by itself, only what is needed of it, and passed over where it has
another form.
"""

import base64
import binascii
import mmap
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, urlsplit

import msgspec

from tools.doctor.site.hit import read_hit
from tools.doctor.site.names import is_of_site, is_tag, our_script, read_cookie, read_elements
from tools.doctor.site.seen import Cookie, Hit, Seen, Snippet
from tools.errors import UsageError
from tools.input_file import open_input, unreadable

MOST_BYTES: Final = 512 * 1024 * 1024
"""A longer recording is refused."""

_OPTION: Final = "--har"
_MOST_ENTRIES: Final = 50_000
_MOST_HTML: Final = 2 * 1024 * 1024
_BOM: Final = b"\xef\xbb\xbf"
# Half a surrogate pair, where a browser cut a text: msgspec refuses it, so it is replaced.
_HALVES: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
_MOST_REPAIRED: Final = 64 * 1024 * 1024
_ERROR: Final = 400
_LOCAL: Final = ("localhost", "127.0.0.1", "::1")


class _Log(msgspec.Struct, frozen=True):
    entries: list[msgspec.Raw]


class _Har(msgspec.Struct, frozen=True):
    log: _Log


class _Pair(msgspec.Struct, frozen=True):
    name: str
    value: str = ""


class _Posted(msgspec.Struct, frozen=True):
    text: str | None = None


class _Request(msgspec.Struct, frozen=True):
    url: str
    method: str = "GET"
    headers: list[_Pair] = []
    cookies: list[_Pair] = []
    postData: _Posted | None = None  # noqa: N815 - the recording's name
    bodySize: int = -1  # noqa: N815 - the recording's name


class _Content(msgspec.Struct, frozen=True):
    mimeType: str | None = None  # noqa: N815 - the recording's name
    text: msgspec.Raw = msgspec.Raw(b'""')
    encoding: str | None = None


class _Response(msgspec.Struct, frozen=True):
    status: int = 0
    headers: list[_Pair] = []
    content: _Content = _Content()


class _Entry(msgspec.Struct, frozen=True):
    request: _Request
    response: _Response


_read_entry: Final[Callable[[msgspec.Raw], _Entry]] = msgspec.json.Decoder(_Entry).decode


def read_har(path: str, host: str | None = None) -> Seen:
    """Return what a recording shows.

    Args:
        path: Where it is.
        host: The shop's host; None for that of the first page in it.

    Raises:
        UsageError: It is no recording, is too long, or shows no page of the host.
    """
    found = _Recording(host)
    for raw in _entries(path):
        try:
            entry = _read_entry(raw)
            url = urlsplit(entry.request.url)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            found.unread += 1
        else:
            if url.scheme in ("http", "https") and url.hostname:
                found.add(entry, url)
    return found.seen()


def _entries(path: str) -> Sequence[msgspec.Raw]:
    with open_input(path, _OPTION) as stream:
        status = os.fstat(stream.fileno())
        too_long = unreadable(path, f"it is longer than {MOST_BYTES // 2**20} MiB", _OPTION)
        text: bytes | mmap.mmap
        if not stat.S_ISREG(status.st_mode):
            text = stream.read(MOST_BYTES + 1)
        elif status.st_size > MOST_BYTES:
            raise too_long
        else:
            text = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    if len(text) > MOST_BYTES:
        raise too_long
    try:
        entries = _decode(text)
        if entries is None and len(text) <= _MOST_REPAIRED:
            entries = _decode(_HALVES.sub(rb"\\ufffd", text))
    except RecursionError:
        entries = None
    if entries is None:
        says = "it is no recording of requests: a HAR file is JSON with log.entries"
        raise unreadable(path, says, _OPTION)
    if len(entries) > _MOST_ENTRIES:
        raise unreadable(path, f"it has more than {_MOST_ENTRIES:,} requests", _OPTION)
    return entries


def _decode(text: bytes | mmap.mmap) -> list[msgspec.Raw] | None:
    """Return the entries; None where it is no recording."""
    view = memoryview(text)
    if text[: len(_BOM)] == _BOM:
        view = view[len(_BOM) :]
    try:
        return msgspec.json.decode(view, type=_Har).log.entries
    except (msgspec.MsgspecError, ValueError):
        return None


@dataclass(slots=True)
class _Recording:
    """What was read so far.

    Attributes:
        host: The shop's host, once it is known.
        unread: How many entries have another form.
    """

    host: str | None
    unread: int = 0
    page: SplitResult | None = None
    status: int | None = None
    tag: bool = False
    sent_cookies: bool = False
    cookies: dict[str, Cookie] = field(default_factory=dict)
    hits: list[Hit] = field(default_factory=list)
    scripts: dict[str, int] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)

    def add(self, entry: _Entry, url: SplitResult) -> None:
        """Take one request and its answer."""
        request, response = entry.request, entry.response
        host, failed = url.hostname or "", not 0 < response.status < _ERROR
        self.tag = self.tag or is_tag(url)
        if script := our_script(url):
            self.scripts[script] = response.status
        if hit := read_hit(url, _posted(request), posted=request.method == "POST", failed=failed):
            self.hits.append(hit)
        redirected = 300 <= response.status < _ERROR  # noqa: PLR2004 - HTTP's numbers
        if not redirected and (response.content.mimeType or "").startswith("text/html"):
            self._page(url, host, response)
        if self.host is not None and is_of_site(host, self.host):
            self._cookies(request, response, host)

    def _page(self, url: SplitResult, host: str, response: _Response) -> None:
        if self.host is None:
            self.host = host
        if not is_of_site(host, self.host):
            return
        if self.page is None:
            self.page, self.status = url, response.status
        self.ids += (name for name in read_elements(_html(response)) if name not in self.ids)

    def _cookies(self, request: _Request, response: _Response, host: str) -> None:
        for name, value in _sent(request):
            self.sent_cookies = True
            if cookie := read_cookie(name, value):
                self.cookies.setdefault(cookie.name, cookie)
        for header in response.headers:
            if header.name.lower() == "set-cookie":
                self.sent_cookies = True
                # Several may stand in one header, one a line.
                for line in header.value.splitlines():
                    name, _, value = line.partition(";")[0].partition("=")
                    if cookie := read_cookie(name.strip(), value, set_by=host):
                        self.cookies[cookie.name] = cookie

    def seen(self) -> Seen:
        """Return all of it.

        Raises:
            UsageError: There is no page.
        """
        if self.page is None or self.host is None:
            where = f" of {self.host}" if self.host else ""
            raise UsageError(f"{_OPTION}: the recording shows no page{where}")
        failed = next((status for status in self.scripts.values() if not _fine(status)), None)
        own = self.page.hostname or self.host
        return Seen(
            host=own,
            recorded=True,
            status=self.status,
            encrypted=self.page.scheme == "https" or own in _LOCAL,
            unread=self.unread,
            tag=self.tag,
            sent_cookies=self.sent_cookies,
            cookies=tuple(self.cookies.values()),
            snippet=Snippet(
                there=any(_fine(self.scripts[name]) for name in self.scripts if "context" in name),
                failed=failed,
                several=any("streams" in name for name in self.scripts),
                measurement_ids=tuple(self.ids),
            ),
            hits=tuple(self.hits),
        )


def _fine(status: int) -> bool:
    """Return whether a file came; 0 says nothing, 304 is the browser's own copy."""
    return status < _ERROR


def _posted(request: _Request) -> str | None:
    """Return what was posted; None where the recording leaves it out."""
    if request.method != "POST":
        return ""
    text = request.postData.text if request.postData else None
    return text or ("" if request.bodySize == 0 else None)


def _sent(request: _Request) -> Iterator[tuple[str, str]]:
    for cookie in request.cookies:
        yield cookie.name, cookie.value
    for header in request.headers:
        if header.name.lower() == "cookie":
            for pair in header.value.split(";"):
                name, _, value = pair.strip().partition("=")
                yield name, value


def _html(response: _Response) -> str:
    content = response.content
    if len(memoryview(content.text)) > _MOST_HTML:
        return ""
    try:
        text = msgspec.json.decode(content.text, type=str)
        if content.encoding == "base64":
            return base64.b64decode(text).decode(errors="replace")
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        return ""
    return text
