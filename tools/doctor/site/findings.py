"""What a page means for purchases that a server sends: its tag, its cookies, our snippet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tools.doctor.finding import Finding, error, ok, unknown, warning
from tools.doctor.site import consent
from tools.doctor.site.seen import Cookie, Hit, Seen, Snippet

_ERROR: Final = 400
_AGREE: Final = "look again with a recording of a visit that agreed: --har FILE"
_CARRY: Final = "docs/guides/carry-the-context.md"
_ORPHAN: Final = "purchases would have no session, no source and no medium"


@dataclass(frozen=True, slots=True)
class Ours:
    """The streams of the settings.

    Attributes:
        ids: Their measurement ids; empty where the settings name none.
        problem: Why they cannot be read.
    """

    ids: tuple[str, ...] = ()
    problem: str = ""

    @property
    def containers(self) -> frozenset[str]:
        """What the names of their session cookies end with."""
        return frozenset(name.removeprefix("G-") for name in self.ids)


def examine(seen: Seen, ours: Ours) -> Iterator[Finding]:
    """Yield what is found of a page.

    Args:
        seen: The page.
        ours: The streams that the server sends to.
    """
    yield from _page(seen)
    if not ours.ids:
        says = ours.problem or "no measurement id: whether the page's streams are yours is unknown"
        yield unknown(
            "settings", says, "set GA4_MEASUREMENT_ID or STREAMS, or take --settings FILE"
        )
    yield from _tag(seen, ours)
    yield from consent.examine(seen)
    yield from _cookies(seen, ours)
    yield from _snippet(seen, ours)


def _page(seen: Seen) -> Iterator[Finding]:
    about = f"page of {seen.host}"
    if seen.status is not None and seen.status >= _ERROR:
        yield error(
            about,
            f"answers {seen.status}",
            "open a page that visitors see; one that refuses robots: --har FILE",
        )
    elif seen.asked_host is not None:
        yield ok(about, f"{seen.asked_host} leads here")
    else:
        yield ok(about, "was read from the recording" if seen.recorded else "was opened")
    if not seen.encrypted:
        says = "comes by http: secure cookies are not set, and anybody on the way reads the ids"
        yield warning(about, says, "open it by https")
    if not seen.loaded:
        says = "did not come to an end in time; this is what was there by then"
        yield warning(about, says, "take a longer --timeout, or --har FILE")
    if seen.thrown:
        says = f"errors that its scripts raise: {seen.thrown}; one may stop the tag or the snippet"
        yield warning(about, says, "see the browser's console")
    if seen.unread:
        says = f"{seen.unread} requests of the recording could not be read, and are left out"
        yield warning(about, says, "record it again with Chrome")


def _tag(seen: Seen, ours: Ours) -> Iterator[Finding]:
    if not seen.hits:
        yield _silent(seen)
        return
    by_id: dict[str, list[Hit]] = {}
    for hit in seen.hits:
        by_id.setdefault(hit.measurement_id, []).append(hit)
    for name, hits in by_id.items():
        about = f"tag {name}"
        hosts = ", ".join(sorted({hit.to for hit in hits}))
        states = "; ".join(dict.fromkeys(consent.in_words(hit) for hit in hits))
        known = sum(hit.client_id is not None for hit in hits)
        says = f"requests to {hosts}: {len(hits)}, with client id (cid): {known}; {states}"
        failed = sum(hit.failed for hit in hits)
        if failed:
            lost = f"requests that got no answer, or an error: {failed} of {len(hits)}"
            yield warning(about, lost, "does something block it, an ad blocker for example?")
        if ours.ids and name not in ours.ids:
            fix = "nothing, where another property is meant; else correct the settings or the tag"
            yield warning(about, f"is none of the settings' streams. {says}", fix)
        elif not known:
            says = f"no request has a client id (cid). {says}"
            yield warning(about, says, "let the tag see a visit with consent")
        else:
            yield ok(about, says)
    if ours.ids and not by_id.keys() & set(ours.ids):
        says = f"no request to {', '.join(ours.ids)}: {_ORPHAN} there"
        yield error("tag", says, "send to the stream that the page's tag names")


def _silent(seen: Seen) -> Finding:
    starts = any(command.name in ("config", "gtm") for command in seen.commands or ())
    if not seen.tag and not starts:
        says = f"neither Google's tag nor Tag Manager is on the page: {_ORPHAN}"
        return error("tag", says, "put gtag.js or Tag Manager on the site")
    says = "is there, but no request to Google Analytics was seen"
    if consent.is_denied(seen):
        return warning("tag", f"{says}: consent is denied by default", _AGREE)
    return warning("tag", says, f"is it blocked, or does it wait for consent? {_AGREE}")


def _cookies(seen: Seen, ours: Ours) -> Iterator[Finding]:
    if not seen.sent_cookies and not seen.cookies:
        says = (
            "the recording holds no cookies at all: Chrome leaves them out unless you ask for them"
        )
        fix = "export it again “with sensitive data” (Settings, Network), and keep the file secret"
        yield unknown("cookies", says, fix)
        return
    clients = [it for it in seen.cookies if it.container is None and not it.by_server]
    sessions = [it for it in seen.cookies if it.container is not None]
    if any(it.by_server for it in seen.cookies):
        says = "a server container keeps the client id in FPID, which no script can read"
        yield ok("cookie FPID", f"{says}: the snippet asks the tag for it")
    for cookie in clients:
        yield _read(cookie, "says who the client is")
    for cookie in sessions:
        if ours.ids and cookie.container not in ours.containers:
            fix = "nothing, where another property is meant; else correct the settings"
            says = f"is of G-{cookie.container}, none of the settings' streams"
            yield warning(f"cookie {cookie.name}", f"{says}; {_by(cookie)}", fix)
        else:
            yield _read(cookie, "says which session it is")
    for prefix in sorted({it.prefix for it in clients if it.prefix}):
        fix = f'give the snippet data-cookie-prefix="{prefix}"'
        yield warning("cookie prefix", f"the tag names its cookies {prefix}_ga", fix)
    yield from _missing(seen, ours, clients, sessions)


def _missing(
    seen: Seen, ours: Ours, clients: Sequence[Cookie], sessions: Sequence[Cookie]
) -> Iterator[Finding]:
    denied = consent.is_denied(seen)
    if not clients:
        says = "there is none, so nothing says who the client is"
        if denied:
            says = "there is none: analytics is denied, so the tag writes none"
            yield warning("cookie _ga", says, _AGREE)
        else:
            yield error("cookie _ga", f"{says}: {_ORPHAN}", "does the tag run on this page?")
    if sessions and ours.ids and not {it.container for it in sessions} & ours.containers:
        names = ", ".join(f"_ga_{name}" for name in sorted(ours.containers))
        says = f"no session of the settings' streams ({names}): {_ORPHAN}"
        yield error("cookie _ga_…", says, "send to the stream that the page's tag names")
    elif clients and not sessions:
        says = f"there is none, so nothing says which session it is: {_ORPHAN}"
        yield error("cookie _ga_…", says, "does the page have a tag of Google Analytics 4?")


def _read(cookie: Cookie, says: str) -> Finding:
    about = f"cookie {cookie.name}"
    if cookie.problem:
        fix = "does another script write it? only the tag may"
        return warning(about, f"cannot be read: {cookie.problem}; {_by(cookie)}", fix)
    return ok(about, f"{says}; {_by(cookie)}")


def _by(cookie: Cookie) -> str:
    return f"set by an answer of {cookie.set_by}" if cookie.set_by else "set by a script"


def _snippet(seen: Seen, ours: Ours) -> Iterator[Finding]:
    found = seen.snippet
    if found.failed is not None:
        fix = "serve browser/ga4-context.min.js at the address that the page names"
        yield error("snippet", f"its file is answered with {found.failed}", fix)
    elif not found.there:
        says = "ga4-context.js is not on this page"
        fix = f"fine where the server reads the cookies itself; else see {_CARRY}"
        yield warning("snippet", says, fix)
    if not found.there:
        return
    names = ", ".join(found.measurement_ids) or "named where it is called"
    also = " with ga4-streams.js" if found.several else ""
    yield ok("snippet", f"is there{also}; its measurement ids: {names}")
    strangers = [name for name in found.measurement_ids if ours.ids and name not in ours.ids]
    if strangers:
        says = f"{', '.join(strangers)}: none of the settings' streams"
        yield error("snippet ids", says, f"name {', '.join(ours.ids)} in data-measurement-id")
    if len(found.measurement_ids) > 1 and not found.several:
        fix = "load ga4-streams.js before it"
        yield error("snippet ids", "several, but ga4-streams.js is not there", fix)
    yield from _reads(seen, found)


def _reads(seen: Seen, found: Snippet) -> Iterator[Finding]:
    reads = found.reads
    if reads is None:
        if not seen.recorded:
            yield unknown("snippet reads", "it gave no answer", "see the browser's console")
        return
    for name, problem in reads.items():
        if problem:
            yield warning("snippet reads", f"{name}: {problem}", "see the cookies above")
    analytics = found.consents.get("analytics")
    if analytics == "denied":
        says = "analytics is denied, so it reads no id: the server sends nothing of this visit"
        yield ok("snippet reads", says)
        return
    session = any(name.startswith(("ga_session_id", "ga_session_cookie")) for name in reads)
    parts = {"client id": "ga_client_id" in reads, "session": session}
    shown = [f"{name} {'present' if there else 'absent'}" for name, there in parts.items()]
    shown += [f"{name} {value}" for name, value in sorted(found.consents.items())]
    if not found.consents:
        shown.append("no consent")
    if all(parts.values()):
        yield ok("snippet reads", ", ".join(shown))
        return
    what = "measurement id in data-measurement-id" if parts["client id"] else "tag"
    fix = f"is the {what} right, and does the tag run before the order?"
    yield error("snippet reads", f"{', '.join(shown)}: {_ORPHAN}", fix)
