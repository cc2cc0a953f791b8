"""What a page's tag, cookies and snippet mean for the server's purchases."""

from dataclasses import replace

import pytest

from tests.tools.doctor.site.pages_seen import (
    DENIED,
    GOOD,
    HIT,
    OURS,
    READS,
    default,
    levels,
)
from tools.doctor.finding import Level
from tools.doctor.site.findings import Ours, examine
from tools.doctor.site.seen import Command, Cookie, Seen, Snippet

SNIPPET = GOOD.snippet
NO_CONSENT = (default(DENIED), Command("config", "G-SHOP1"))
OTHER = Cookie(container="OTHER1")
CASES: dict[str, tuple[Seen, dict[str, Level], str]] = {
    "good": (GOOD, {}, "was opened"),
    "redirected": (replace(GOOD, asked_host="example.com"), {}, "example.com leads here"),
    "an error page": (replace(GOOD, status=404), {"page": Level.ERROR}, "answers 404"),
    "by http": (replace(GOOD, encrypted=False), {"page": Level.WARNING}, "by http"),
    "never loaded": (replace(GOOD, loaded=False), {"page": Level.WARNING}, "in time"),
    "throws": (replace(GOOD, thrown=3), {"page": Level.WARNING}, "raise: 3"),
    "half read": (replace(GOOD, unread=2), {"page": Level.WARNING}, "2 requests"),
    "no tag": (
        replace(GOOD, hits=(), tag=False, commands=(default(DENIED),)),
        {"tag": Level.ERROR},
        "neither Google's tag nor Tag Manager",
    ),
    "silent": (replace(GOOD, hits=()), {"tag": Level.WARNING}, "is it blocked"),
    "not agreed": (
        replace(GOOD, hits=(), commands=NO_CONSENT, cookies=()),
        {"tag": Level.WARNING, "cookie _ga": Level.WARNING},
        "consent is denied by default",
    ),
    "another stream's tag": (
        replace(GOOD, hits=(replace(HIT, measurement_id="G-OTHER1"),)),
        {"tag G-OTHER1": Level.WARNING, "tag": Level.ERROR},
        "no request to G-SHOP1",
    ),
    "two tags": (
        replace(GOOD, hits=(HIT, replace(HIT, measurement_id="G-OTHER1"))),
        {"tag G-OTHER1": Level.WARNING},
        "none of the settings' streams",
    ),
    "no client": (
        replace(GOOD, hits=(replace(HIT, client_id=None),)),
        {"tag G-SHOP1": Level.WARNING},
        "no request has a client id",
    ),
    "blocked": (
        replace(GOOD, hits=(replace(HIT, failed=True),)),
        {"tag G-SHOP1": Level.WARNING},
        "1 of 1",
    ),
    "no cookie": (replace(GOOD, cookies=()), {"cookie _ga": Level.ERROR}, "who the client is"),
    "no session": (
        replace(GOOD, cookies=(Cookie(),)),
        {"cookie _ga_…": Level.ERROR},
        "which session it is",
    ),
    "another's session": (
        replace(GOOD, cookies=(Cookie(), OTHER)),
        {"cookie _ga_OTHER1": Level.WARNING, "cookie _ga_…": Level.ERROR},
        "no session of the settings' streams (_ga_SHOP1)",
    ),
    "a cookie of another form": (
        replace(GOOD, cookies=(Cookie(problem="cut off"), Cookie(container="SHOP1"))),
        {"cookie _ga": Level.WARNING},
        "cannot be read: cut off",
    ),
    "a prefix": (
        replace(GOOD, cookies=(Cookie("x"), Cookie("x", "SHOP1"))),
        {"cookie prefix": Level.WARNING},
        'data-cookie-prefix="x"',
    ),
    "a server container": (
        replace(GOOD, cookies=(*GOOD.cookies, Cookie(by_server=True, set_by="a.b"))),
        {},
        "FPID, which no script can read",
    ),
    "an answer sets it": (
        replace(GOOD, cookies=(Cookie(set_by="shop.example.com"), Cookie(container="SHOP1"))),
        {},
        "set by an answer of shop.example.com",
    ),
    "a recording without cookies": (
        replace(GOOD, recorded=True, cookies=(), sent_cookies=False),
        {"cookies": Level.UNKNOWN},
        "with sensitive data",
    ),
    "no snippet": (
        replace(GOOD, snippet=Snippet()),
        {"snippet": Level.WARNING},
        "not on this page",
    ),
    "a snippet that is gone": (
        replace(GOOD, snippet=Snippet(failed=404)),
        {"snippet": Level.ERROR},
        "answered with 404",
    ),
    "a snippet for another stream": (
        replace(GOOD, snippet=replace(SNIPPET, measurement_ids=("G-SHOP1", "G-X"), several=True)),
        {"snippet ids": Level.ERROR},
        "G-X: none of",
    ),
    "several without ga4-streams": (
        replace(GOOD, snippet=replace(SNIPPET, measurement_ids=("G-SHOP1", "G-SHOP1"))),
        {"snippet ids": Level.ERROR},
        "load ga4-streams.js",
    ),
    "a snippet without session": (
        replace(GOOD, snippet=replace(SNIPPET, reads={"ga_client_id": ""})),
        {"snippet reads": Level.ERROR},
        "client id present, session absent",
    ),
    "a snippet that reads an odd id": (
        replace(GOOD, snippet=replace(SNIPPET, reads={**READS, "ga_client_id": "cut off"})),
        {"snippet reads": Level.WARNING},
        "ga_client_id: cut off",
    ),
    "a snippet of several": (
        replace(
            GOOD,
            snippet=replace(
                SNIPPET, reads={"ga_client_id": "", "ga_session_cookie_SHOP1": ""}, consents={}
            ),
        ),
        {},
        "session present, no consent",
    ),
    "a snippet that is denied": (
        replace(GOOD, snippet=replace(SNIPPET, reads={}, consents={"analytics": "denied"})),
        {},
        "it reads no id",
    ),
    "a snippet that hangs": (
        replace(GOOD, snippet=replace(SNIPPET, reads=None)),
        {"snippet reads": Level.UNKNOWN},
        "no answer",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_fault_has_its_finding_and_no_other(name: str) -> None:
    """Everything that is not named is in order, and each fault has a fix."""
    seen, expected, says = CASES[name]
    found = list(examine(seen, OURS))

    odd = {about: it for about, it in levels(found).items() if it is not Level.OK}
    assert {about.partition(" of ")[0]: it for about, it in odd.items()} == expected
    assert any(says in f"{each.says} {each.fix}" for each in found)
    assert all(each.fix for each in found if each.level is not Level.OK)


def test_without_settings_nobody_knows_whose_streams_they_are() -> None:
    """And nothing else is made up from that."""
    found = list(examine(GOOD, Ours()))

    assert {each.about for each in found if each.level is not Level.OK} == {"settings"}


def test_no_id_of_a_visitor_is_printed() -> None:
    """Whatever is wrong."""
    for seen, _, _ in CASES.values():
        text = str([list(examine(seen, OURS)), seen])
        assert HIT.client_id is not None
        assert HIT.session_id is not None
        assert HIT.client_id not in text
        assert HIT.session_id not in text
