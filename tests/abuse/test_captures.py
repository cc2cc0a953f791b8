"""Programs that forge the origin of a page: pages capture all the same, the store stays small."""

import secrets
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest

from tests.functions import stripe_events as stripe
from tests.functions.capturing import ORIGIN, Capturing
from tests.functions.running import GA4, Json, Webhook

_FORGED: Final = 3000
_PAGES: Final = 100
_DAY: Final = 86_400_000_000  # microseconds, as the store counts

Record = Any


@pytest.fixture
def function(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Capturing]:
    """A new one, whose bounds nobody has used."""
    with Capturing(tmp_path_factory.mktemp("capture"), CAPTURE_ORIGINS=ORIGIN) as process:
        yield process


def session() -> str:
    """Return the id of a Checkout session."""
    return f"cs_live_a1{secrets.token_hex(28)}"


def documents(function: Capturing) -> int:
    """Return how many contexts the store holds."""
    return int(function.rows("SELECT count(*) FROM reference")[0][0])


def days_left(function: Capturing, reference: str) -> int:
    """Return for how many days what is held under a reference is kept."""
    return round((function.expires_at(reference) - time.time() * 1_000_000) / _DAY)


def test_one_program_locks_no_page_out(function: Capturing, record_property: Record) -> None:
    """Whatever it writes before the address that the platform adds, bad bodies too."""

    def forge(number: int) -> int:
        capture: Any = {"references": [session() for _ in range(3)], "client_id": "1.2"}
        if number % 10 == 0:
            capture = {"references": ["1001"], "client_id": "1.2"}
        forged = {"x-forwarded-for": f"10.0.{number % 250}.1, 203.0.113.9"}
        return function.browse(capture, **forged).status_code

    began = time.perf_counter()
    with ThreadPoolExecutor(8) as senders:
        statuses = Counter(senders.map(forge, range(_FORGED)))
    seconds = time.perf_counter() - began
    filled = documents(function)
    pages = Counter(
        function.browse(
            {"references": [session()], "client_id": "1.2"},
            **{"x-forwarded-for": f"198.51.100.{number}"},
        ).status_code
        for number in range(_PAGES)
    )

    record_property(
        "figure",
        f"{_FORGED} forged captures of one program in {seconds:.1f} s: {filled} documents stored; "
        f"then {pages[200]} of {_PAGES} pages answered 200",
    )
    assert pages == {200: _PAGES}
    assert statuses[200] <= 60 + seconds + 1
    assert filled <= 3 * statuses[200]


def test_bad_bodies_take_nothing_from_the_pages(
    function: Capturing, record_property: Record
) -> None:
    """Even of the same address."""
    bad = Counter(function.browse(b'{"references": []}').status_code for _ in range(1000))
    pages = Counter(
        function.browse({"references": [session()], "client_id": "1.2"}).status_code
        for _ in range(50)
    )

    record_property("figure", f"{bad[400]} bad bodies, then {pages[200]} of 50 pages answered 200")
    assert bad == {400: 1000}
    assert pages == {200: 50}


def test_what_pages_post_is_forgotten_soon(function: Capturing) -> None:
    """What the backend signs is kept for long, and so is what both named."""
    ours, theirs, both = session(), session(), session()
    for reference in (theirs, both):
        function.browse({"references": [reference], "client_id": "1.2"})
    for reference in (ours, both):
        function.sign({"references": [reference], "client_id": "1.2"})

    assert [days_left(function, each) for each in (ours, theirs, both)] == [400, 14, 400]


@pytest.mark.parametrize(
    "placed",
    [
        pytest.param({}, id="paid"),
        pytest.param({"payment_status": "unpaid"}, id="paid later"),
        pytest.param({"mode": "subscription", "subscription": "sub_1"}, id="a subscription"),
    ],
)
def test_what_an_order_names_is_kept_as_long_as_the_order(
    placed: Json, ga4: GA4, tmp_path: Path
) -> None:
    """Renewals and refunds come long after a page's capture would be forgotten."""
    named, nobodys = session(), session()
    with (
        Webhook(tmp_path, ga4.url) as webhook,
        Capturing(
            tmp_path / "capture", ga4.url, store=webhook.ledger.path, CAPTURE_ORIGINS=ORIGIN
        ) as function,
    ):
        for reference in (named, nobodys):
            function.browse({"references": [reference], "client_id": "11.22"})
        placed = {"id": named, "metadata": {"order_id": "KEPT"}, **placed}
        assert webhook.post(stripe.paid("KEPT", **placed)).status_code == 200

        assert days_left(function, named) >= 400
        assert days_left(function, nobodys) == 14
        kept = function.kept(named)
        assert kept is not None
        assert kept.client_id == "11.22"


def test_a_denial_in_a_pages_capture_withholds_no_renewal(
    function: Capturing, record_property: Record
) -> None:
    """Under the ids of a customer, a subscription or an invoice nothing is stored."""
    known = [
        "cus_NffrFeUfNV2Hib",
        "sub_1MowQVLkdIwHu7ixeRlqHVzs",
        "in_1MtHbELkdIwHu7ixl4OzzPMv",
        "pi_3MtwBwLkdIwHu7ix28a3tqPa",
        "ch_3MmlLrLkdIwHu7ix0snN0B15",
        "order_ABCDEFGHIJKLMNOPQRSTUV0123",
        "id_20261125000123ABC",
        "01980a4e-7c1f-7d3e-8f2a-9b6c5d4e3f21",
        "20261125",
        "1001",
    ]
    for reference in known:
        answer = function.browse({"references": [reference], "consent": {"analytics": "denied"}})

        assert (answer.status_code, answer.json()["outcome"]) == (400, "malformed")
        assert answer.json()["reason"].startswith("references[0]: ")
        assert reference not in answer.text
        # A denial that is no text is kept of a capture that is refused, but under no such name.
        odd = function.browse({"references": [reference], "consent": {"analytics": False}})
        assert odd.status_code == 400
        assert function.kept(reference) is None
        assert function.sign({"references": [reference], "client_id": "1.2"}).status_code == 200
    record_property("figure", f"{len(known)} of {len(known)} guessable references refused")


def test_the_page_that_took_a_payment_is_known_by_its_secret(
    ga4: GA4, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A secret made up for an intent whose id somebody knows leads to nothing."""
    folder = tmp_path_factory.mktemp("intents")
    intent = f"pi_3{secrets.token_hex(12)}"
    secret, forged = (f"{intent}_secret_{secrets.token_hex(12)}x" for _ in range(2))
    with (
        Webhook(folder, ga4.url, options={"payment_intents": True}) as webhook,
        Capturing(
            folder / "capture", ga4.url, store=webhook.ledger.path, CAPTURE_ORIGINS=ORIGIN
        ) as function,
    ):
        function.browse({"references": [forged], "client_id": "66.66"})
        function.browse({"references": [secret], "client_id": "11.22"})
        paid = stripe.intent("OWN", id=intent, client_secret=secret, metadata={"order_id": "OWN"})
        webhook.post(stripe.event(paid, "payment_intent.succeeded"))

    (sent,) = ga4.about("OWN")
    assert sent["body"]["client_id"] == "11.22"
    assert secret.encode() not in webhook.ledger.path.read_bytes()
