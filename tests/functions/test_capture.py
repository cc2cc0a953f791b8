"""`context_capture` over its real wire: what is stored, and what changes nothing."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

import httpx
import pytest

from shared.domain.consent import Choice
from tests.functions.canary import CANARY
from tests.functions.capturing import CAPTURE_SECRET, ORIGIN, Capturing, signed
from tests.functions.running import Json

NOW: Final = int(time.time())
SESSION: Final = f"cs_test_a1{CANARY}A1b2C3d4IQVkc4GLbYaKaBLmJuHAiKuHvUxW2wOK7RpZs"
REFERENCE: Final = "cs_test_a1MFkP7sXyZ0qWbTnR5uVcLdIQVkc4GLbYaKaBLmJuHAiKuHvUxW2wOK7Z"
COOKIES: Final = {
    "_ga": "GA1.1.1234567890.1764000000",
    "_ga_TEST000001": f"GS2.1.s{NOW - 60}$o3$g1$t{NOW}",
    "_ga_OTHER00001": f"GS2.1.s{NOW - 90}$o9$g1$t{NOW}",
}


@pytest.fixture(scope="module")
def function(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Capturing]:
    """One that takes captures of pages too."""
    folder = tmp_path_factory.mktemp("capture")
    with Capturing(folder, CAPTURE_ORIGINS=f"{ORIGIN},http://localhost:8000") as process:
        yield process


def test_a_signed_capture_is_stored_under_each_reference(function: Capturing) -> None:
    """With what its cookies say of this stream's session."""
    answer = function.sign(
        {
            "references": [REFERENCE, "ORD-9"],
            "cookies": COOKIES,
            "consent": {"analytics": "Granted", "ad_user_data": "denied"},
            "captured_at": NOW,
        }
    )

    assert (answer.status_code, answer.json()["outcome"]) == (200, "stored")
    found = function.kept("ORD-9")
    assert found is not None
    assert found == function.kept(REFERENCE)
    assert (found.client_id, found.session_id, found.session_number) == (
        "1234567890.1764000000",
        NOW - 60,
        3,
    )
    assert found.captured_at == datetime.fromtimestamp(NOW, UTC)
    assert (found.consent.analytics, found.consent.ad_user_data) == (Choice.GRANTED, Choice.DENIED)


def test_a_pages_capture_is_stored_once(function: Capturing) -> None:
    """The first wins; the page may read the answer; of a later one only a denial is taken."""
    reference = "cs_live_b1IQVkc4GLbYaKaBLmJuHAiKuHvUxW2wOKMFkP7sXyZ0qWbTnR5uVcLd"
    first = function.browse({"references": [reference], "client_id": "11.22"})
    second = function.browse({"references": [reference], "client_id": "33.44"})

    assert [first.status_code, second.status_code] == [200, 200]
    assert first.headers["access-control-allow-origin"] == ORIGIN
    assert first.headers["vary"] == "Origin"
    found = function.kept(reference)
    assert found is not None
    assert found.client_id == "11.22"

    third = function.browse(
        {"references": [reference], "client_id": "33.44", "consent": {"analytics": "denied"}}
    )

    assert third.status_code == 200
    found = function.kept(reference)
    assert found is not None
    assert (found.client_id, found.consent.analytics) == (None, Choice.DENIED)


def test_a_replayed_capture_changes_nothing(function: Capturing) -> None:
    """Whether it comes at once or after something newer."""
    body = json.dumps({"references": ["ORD-R"], "client_id": "5.6"}).encode()
    headers = signed(body, age=100)
    newer = {"references": ["ORD-R"], "client_id": "7.8", "captured_at": int(time.time()) - 50}

    def keep(**more: Any) -> object:  # noqa: ANN401 - httpx's
        assert function.request("POST", **more).status_code == 200
        return function.kept("ORD-R")

    once = keep(content=body, headers=headers)
    assert keep(content=body, headers=headers) == once
    assert function.sign(newer).status_code == 200
    after = function.kept("ORD-R")
    assert after != once
    assert keep(content=body, headers=headers) == after


def test_a_page_may_ask_before_it_posts(function: Capturing) -> None:
    """The preflight of a page on the list."""
    answer = function.request(
        "OPTIONS",
        headers={
            "origin": "http://localhost:8000",
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
        },
    )

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "http://localhost:8000"
    assert answer.headers["access-control-allow-methods"] == "POST"
    assert answer.headers["access-control-allow-headers"] == "content-type"
    assert answer.headers["access-control-max-age"] == "7200"
    assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in answer.headers


Send = Callable[[Capturing], httpx.Response]
GOOD: Final[Json] = {"references": [SESSION], "client_id": "1.2", "user_id": CANARY}


def signs(capture: Json | bytes, **more: Any) -> Send:  # noqa: ANN401 - see `Capturing.sign`
    """Capture as the backend does."""
    return lambda function: function.sign(capture, **more)


def browses(capture: Json | bytes, **more: Any) -> Send:  # noqa: ANN401 - see `Capturing.browse`
    """Capture as a page does."""
    return lambda function: function.browse(capture, **more)


def sends(method: str, **more: Any) -> Send:  # noqa: ANN401 - httpx's
    """Send anything."""
    return lambda function: function.request(method, **more)


def tampered(function: Capturing) -> httpx.Response:
    """A genuine signature over another body."""
    headers = signed(json.dumps(GOOD).encode())
    return function.request("POST", content=json.dumps({**GOOD, "a": 1}), headers=headers)


def in_pieces(function: Capturing) -> httpx.Response:
    """More than is taken, without a length that says so."""
    headers = signed(b" " * 20_000)
    return function.request("POST", content=iter([b" " * 10_000] * 2), headers=headers)


def usual_capture(**fields: object) -> Json:
    """A good capture with other fields."""
    return {**GOOD, **fields}


EVERY_FAULT: Final = (
    "references[1]: blank; references[2]: expected text of 1 to 256 characters; "
    "consent.analytics: neither granted nor denied; captured_at: neither RFC 3339"
)
CASES: Final[dict[str, tuple[Send, int, str, str]]] = {
    "unsigned": (sends("POST", json=GOOD), 400, "bad_signature", "header missing"),
    "forged": (signs(GOOD, secret="whsec_Zm9yZ2Vk"), 400, "bad_signature", "no secret we hold"),
    "stale": (signs(GOOD, age=400), 400, "bad_signature", "more than 300 s"),
    "tampered": (tampered, 400, "bad_signature", "no secret we hold"),
    "forged by a page on the list": (
        browses(GOOD, **{"webhook-signature": "v1,AAAA", "webhook-id": "1"}),
        400,
        "bad_signature",
        "",
    ),
    "GET": (sends("GET"), 405, "method_not_allowed", ""),
    "OPTIONS of no page": (sends("OPTIONS"), 405, "method_not_allowed", ""),
    "large": (signs(b" " * 16_385), 413, "too_large", "larger than 16384 bytes"),
    "large in pieces": (in_pieces, 413, "too_large", "larger than 16384 bytes"),
    "large of a page": (browses(b" " * 16_385), 413, "too_large", "larger than 16384 bytes"),
    "another origin": (browses(GOOD, origin="https://evil.example"), 403, "foreign_origin", ""),
    "a sub-domain": (browses(GOOD, origin="https://a.shop.example"), 403, "foreign_origin", ""),
    "a suffix": (browses(GOOD, origin="https://shop.example.evil"), 403, "foreign_origin", ""),
    "another scheme": (browses(GOOD, origin="http://shop.example"), 403, "foreign_origin", ""),
    "another port": (browses(GOOD, origin="https://shop.example:8443"), 403, "foreign_origin", ""),
    "another case": (browses(GOOD, origin="https://SHOP.example"), 403, "foreign_origin", ""),
    "null": (browses(GOOD, origin="null"), 403, "foreign_origin", ""),
    "another origin's preflight": (
        sends("OPTIONS", headers={"origin": "https://evil.example"}),
        403,
        "foreign_origin",
        "",
    ),
    "an order number of a page": (
        browses(usual_capture(references=[REFERENCE, "ORDER-20261125-000017"])),
        400,
        "malformed",
        "references[1]: can be guessed; from a browser only a Checkout Session's id",
    ),
    "not JSON": (signs(b"{"), 400, "malformed", "body: "),
    "not UTF-8": (signs(b'{"references": ["\xff"]}'), 400, "malformed", "body: "),
    "no object": (signs(b"[]"), 400, "malformed", "body: expected an object"),
    "nested": (signs(b"[" * 8000), 400, "malformed", "body"),
    "no references": (signs({"client_id": "1.2"}), 400, "malformed", "references"),
    "none of them": (signs(usual_capture(references=[])), 400, "malformed", "references"),
    "too many": (
        signs(usual_capture(references=[f"r{n}" for n in range(21)])),
        400,
        "malformed",
        "ref",
    ),
    "a blank one": (
        signs(usual_capture(references=["a", " "])),
        400,
        "malformed",
        "references[1]: blank",
    ),
    "a long one": (signs(usual_capture(references=["a" * 257])), 400, "malformed", "references[0]"),
    "a number": (
        signs(usual_capture(references=[7])),
        400,
        "malformed",
        "references[0]: expected text",
    ),
    "several at once": (
        signs(
            usual_capture(
                references=["a", " ", 7], consent={"analytics": CANARY}, captured_at=CANARY
            )
        ),
        400,
        "malformed",
        EVERY_FAULT,
    ),
    "a time and a client": (
        signs({"references": ["a"], "client_id": "0", "captured_at": NOW + 900}),
        400,
        "malformed",
        "captured_at: in the future (Unix seconds, or RFC 3339); client_id: ",
    ),
    "references and a client of a page": (
        browses({"references": ["ORDER-1", REFERENCE, "ORDER-2"]}),
        400,
        "malformed",
        "; client_id: missing, and neither _ga cookie, user_id nor consent is there",
    ),
    "a long value": (signs(usual_capture(user_agent="x" * 2049)), 400, "malformed", "user_agent"),
    "a long cookie": (
        signs(usual_capture(cookies={"_ga": "x" * 1025})),
        400,
        "malformed",
        "cookies",
    ),
    "no time": (signs(usual_capture(captured_at=CANARY)), 400, "malformed", "captured_at: neither"),
    "no zone": (
        signs(usual_capture(captured_at="2026-11-25T04:00:00")),
        400,
        "malformed",
        "captured_at",
    ),
    "milliseconds": (signs(usual_capture(captured_at=NOW * 1000)), 400, "malformed", "captured_at"),
    "the future": (
        signs(usual_capture(captured_at=NOW + 900)),
        400,
        "malformed",
        "captured_at: in the f",
    ),
    "too old": (
        signs(usual_capture(captured_at=NOW - 401 * 86_400)),
        400,
        "malformed",
        "captured_at: lon",
    ),
    "nothing told": (signs({"references": ["a"]}), 400, "malformed", "client_id: missing"),
    "nothing believable": (
        signs({"references": ["a"], "client_id": f"{CANARY}@x.example"}),
        400,
        "malformed",
        "client_id: looks like an e-mail address",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_capture_is_refused_and_changes_nothing(function: Capturing, case: str) -> None:
    """With the field's name, and nothing of what it held."""
    send, status, outcome, reason = CASES[case]
    before = function.stored

    answer = send(function)

    assert (answer.status_code, answer.json()["outcome"]) == (status, outcome), answer.text
    assert reason in answer.json()["reason"]
    assert function.stored == before
    assert CANARY not in answer.text
    if status == 403:
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("consent", "reason"),
    [
        ({"analytics": CANARY}, "consent.analytics: neither granted nor denied"),
        ({"analytics": False}, "consent.analytics: neither granted nor denied"),
        (CANARY, "consent: expected an object"),
    ],
)
def test_of_a_refused_capture_its_denial_is_kept(
    function: Capturing, consent: object, reason: str
) -> None:
    """The sender hears of the mistake, and nobody is measured because of it."""
    before = len(function.stored)
    named = [f"refused-{consent!r}"]

    answer = signs(usual_capture(references=named, consent=consent))(function)

    assert (answer.status_code, answer.json()["outcome"]) == (400, "malformed")
    assert reason in answer.json()["reason"]
    assert CANARY not in answer.text
    assert len(function.stored) == before + 1


@pytest.mark.parametrize(
    "captured_at",
    [
        pytest.param(CANARY, id="no time"),
        pytest.param(NOW + 900, id="the future"),
        pytest.param(NOW * 1000, id="milliseconds"),
        pytest.param(NOW - 401 * 86_400, id="too old"),
    ],
)
def test_of_a_capture_with_a_wrong_time_its_denial_is_kept(
    function: Capturing, captured_at: object
) -> None:
    """Nothing else of it is: neither a client, nor what it grants beside the denial."""
    consent = {"analytics": "denied", "ad_user_data": "granted"}
    named = f"late-{captured_at}"

    answer = signs(usual_capture(references=[named], consent=consent, captured_at=captured_at))(
        function
    )

    assert answer.status_code == 400
    assert answer.json()["reason"].startswith("captured_at: ")
    kept = function.kept(named)
    assert kept is not None
    assert (kept.consent.analytics, kept.consent.ad_user_data) == (Choice.DENIED, None)
    assert kept.client_id is None


def test_a_grant_with_a_wrong_time_is_not_kept(function: Capturing) -> None:
    """It could outrank every denial that follows."""
    consent = {"analytics": "granted"}
    capture = usual_capture(references=["late-grant"], consent=consent, captured_at=NOW + 900)

    assert signs(capture)(function).status_code == 400
    assert function.kept("late-grant") is None


def test_a_page_denies_under_the_references_it_may_name(function: Capturing) -> None:
    """One that it may not name is refused, and costs the denial under no other."""
    may = REFERENCE.replace("MFkP", "9QzT")

    answer = function.browse(
        {"references": ["ORDER-1", may, "ORDER-2"], "consent": {"analytics": "denied"}}
    )

    assert answer.status_code == 400
    kept = function.kept(may)
    assert kept is not None
    assert kept.consent.analytics is Choice.DENIED
    assert function.kept("ORDER-1") is None


def test_each_reference_that_a_page_may_not_name_is_named(function: Capturing) -> None:
    """The page's developer fixes them all at once."""
    answer = function.browse(usual_capture(references=["ORDER-1", "ORDER-2"]))

    assert [part.split(": ")[0] for part in answer.json()["reason"].split("; references")] == [
        "references[0]",
        "[1]",
    ]


def test_pages_are_bounded_and_the_backend_is_not(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """What is over the bound changes nothing, and is told when there is room."""
    folder = tmp_path_factory.mktemp("bounded")
    with Capturing(folder, CAPTURE_ORIGINS=ORIGIN, CAPTURE_RATE_PER_MINUTE="2") as function:
        statuses = [function.browse(GOOD).status_code for _ in range(2)]
        before = function.stored
        refused = function.browse({**GOOD, "consent": {"analytics": "denied"}})

        assert [*statuses, refused.status_code] == [200, 200, 429]
        assert refused.json()["outcome"] == "too_many"
        assert 1 <= int(refused.headers["retry-after"]) <= 30
        assert refused.headers["access-control-allow-origin"] == ORIGIN
        assert function.stored == before
        assert function.sign(GOOD).status_code == 200


def test_pages_may_not_capture_unless_they_are_named(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Off by default, the preflight too."""
    with Capturing(tmp_path_factory.mktemp("backend")) as function:
        asked = function.request("OPTIONS", headers={"origin": ORIGIN})
        posted = function.browse(GOOD)

        assert (asked.status_code, posted.status_code) == (405, 403)
        assert "access-control-allow-origin" not in {**asked.headers, **posted.headers}
        assert function.stored == []


def test_nothing_of_a_capture_is_said(function: Capturing) -> None:
    """Neither values nor names that may be values, of what is taken and of what is not."""
    private = {
        "references": [SESSION],
        "client_id": f"{CANARY}.1",
        "user_id": f"{CANARY}@shop.example",
        "user_agent": CANARY,
        "ip": CANARY,
        "page_location": f"https://shop.example/?{CANARY}",
        "cookies": {CANARY: CANARY, "_ga": f"GA1.1.{CANARY}@"},
        f"{CANARY}@shop.example": 1,
        "colour": 1,
        "consent": {"analytics": "denied"},
    }

    answers = [function.sign(private), function.browse(private)]

    assert [answer.status_code for answer in answers] == [200, 200]
    line = function.lines("capture")[-1]
    assert "colour: unknown, ignored" in line["notes"]
    assert "further fields: unknown, ignored" in line["notes"]
    assert (line["caller"], line["references"]) == ("browser", 1)
    said = function.said.decode(errors="replace")
    for text in (said, *(answer.text for answer in answers)):
        assert CANARY not in text.lower()
        assert CAPTURE_SECRET not in text
        assert "Traceback" not in text
