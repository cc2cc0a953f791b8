"""No event whose analytics consent is denied ever leaves, whatever comes in which order.

An order is captured by the shop's backend and by its pages, updated, paid and paid back, and may
wait for its capture; what each says of consent may contradict the others. Pipelines and stores are
the real ones.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from hypothesis import event as note
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import InProgressError, MalformedError, PendingError
from shared.handlers.context_capture import ContextCapture
from tests.providers.stripe.shapes import refund
from tests.support.builders import NOW
from tests.support.captures import browse, captures_at, sign
from tests.support.firestore_emulator import DATABASE, address_and_project, tell_address
from tests.support.posting import post
from tests.support.shop import Shop
from tests.support.stripe_json import Json, checkout_session, event

SESSION = "cs_test_a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXyZ1a2B3c4D5e6F7g8H9i0"
INTENT = "pi_3A1b2C3d4E5f6G7h8"
UNGUESSABLE: Final = (SESSION,)
REFERENCES: Final = (*UNGUESSABLE, INTENT, "ORD-9", "cus_1")


@dataclass(frozen=True)
class Step:
    """Something that happens.

    Attributes:
        kind: `backend` and `page` capture; `paid` and `refunded` are Stripe's.
        references: What a capture is for.
        analytics: What is said of consent.
        minute: Of its capture, from NOW on; None where nobody says.
        client_id: The client, where it is told.
        seconds: How much later it happens than the step before.
    """

    kind: str
    references: Sequence[str]
    analytics: str | None
    minute: int | None
    client_id: str | None
    seconds: int

    @property
    def captured_at(self) -> int | None:
        """When the browser was seen, in Unix seconds."""
        if self.minute is None:
            return None
        return int((NOW + timedelta(minutes=self.minute)).timestamp())

    @property
    def capture(self) -> Json:
        """The step as a capture."""
        raw = {"client_id": self.client_id, "captured_at": self.captured_at}
        consent = {"consent": {"analytics": self.analytics}} if self.analytics else {}
        known = {name: value for name, value in raw.items() if value is not None}
        return {"references": list(self.references), **known, **consent}

    @property
    def metadata(self) -> Json:
        """The step as what the shop wrote into the payment."""
        raw = {
            "ga_client_id": self.client_id,
            "ga_consent_analytics": self.analytics,
            "ga_captured_at": None if self.minute is None else str(self.captured_at),
        }
        return {name: value for name, value in raw.items() if value is not None}


@dataclass
class Said:
    """What was said so far, by the rule as docs/decisions/0027 puts it.

    Attributes:
        denied: When each denial was given, at the latest.
        granted: When each grant was given, at the earliest, where somebody who signed says so.
    """

    denied: list[datetime] = field(default_factory=list)
    granted: list[datetime] = field(default_factory=list)

    @property
    def forbidden(self) -> bool:
        """Whether nothing may leave."""
        if not (self.denied and self.granted):
            return bool(self.denied)
        return max(self.denied) >= max(self.granted)

    def hear(self, step: Step, now: datetime) -> None:
        """Take in what a step says."""
        raw = None
        if step.minute is not None and step.kind != "page":
            raw = NOW + timedelta(minutes=step.minute)
        if step.analytics == "denied":
            self.denied.append(raw or now)
        elif step.analytics == "granted" and raw is not None:
            self.granted.append(raw)


def steps(kind: str) -> st.SearchStrategy[Step]:
    """Return any step of a kind."""
    references = UNGUESSABLE if kind == "page" else REFERENCES
    return st.builds(
        Step,
        st.just(kind),
        st.lists(st.sampled_from(references), min_size=1, max_size=2, unique=True),
        st.sampled_from([None, "granted", "denied", "denied"]),
        st.none() | st.integers(-3, 3),
        st.sampled_from([None, "1.2", "3.4"]),
        st.sampled_from([0, 0, 1, 60]),
    )


CAPTURES: Final = st.one_of(steps("backend"), steps("page"))
SILENT: Final = Step("paid", (), None, None, None, 1)
AT_LAST: Final = (SILENT, Step("refunded", (), None, None, None, 1))
# In the end all is paid, mostly by an event that says nothing itself, and paid back.
STORIES: Final = st.builds(
    lambda before, paid, after: [*before, paid, *after, *AT_LAST],
    st.lists(CAPTURES | steps("paid") | steps("refunded"), max_size=4),
    st.just(SILENT) | st.just(SILENT) | steps("paid"),
    st.lists(CAPTURES | steps("paid"), max_size=3),
)


@given(STORIES, st.sampled_from(["send", "withhold"]))
def test_no_event_with_analytics_consent_denied_ever_leaves(
    story: Sequence[Step], unattributed: str
) -> None:
    """Nor is one kept back of which nobody denied anything."""
    with TemporaryDirectory() as folder:
        asyncio.run(_played(story, Path(folder), UNATTRIBUTED_EVENTS=unattributed))


@settings(max_examples=40)
@given(STORIES, st.sampled_from(["send", "withhold"]))
def test_nor_does_one_leave_on_firestore(
    firestore_emulator: str, story: Sequence[Step], unattributed: str
) -> None:
    """Each story in a project of its own; fewer, as each takes several times as long."""
    with TemporaryDirectory() as folder:
        tell_address(firestore_emulator, Path(folder))
        emulator, project = address_and_project(Path(folder))
        store = {"STORE": f"firestore:{project}/{DATABASE}", "FIRESTORE_EMULATOR_HOST": emulator}
        asyncio.run(_played(story, Path(folder), UNATTRIBUTED_EVENTS=unattributed, **store))


async def _played(story: Sequence[Step], folder: Path, **environment: str) -> None:
    unattributed = environment["UNATTRIBUTED_EVENTS"]
    shop = Shop(folder, **environment)
    captures = captures_at(shop, folder)
    said, paid_for = Said(), False
    try:
        for number, step in enumerate(story):
            shop.clock.advance(step.seconds)
            before = len(shop.ga4.bodies)
            if step.kind in ("backend", "page"):
                if await _captured(captures, step):
                    said.hear(step, shop.clock.now)
            else:
                if step.kind == "paid":
                    said.hear(step, shop.clock.now)
                await _told(shop, step, number)
            left = shop.ga4.bodies[before:]
            note(f"{step.kind} {'forbidden' if said.forbidden else 'free'} {len(left)}")
            assert not (said.forbidden and left)
            sent = step.kind == "paid" and unattributed == "send" and not paid_for
            if sent and not said.denied:
                assert [body["events"][0]["name"] for body in left] == ["purchase"]
            paid_for = paid_for or any(b["events"][0]["name"] == "purchase" for b in left)
    finally:
        await shop.payments.sender.stores.ledger.close()
        await shop.payments.sender.close()


async def _captured(captures: ContextCapture, step: Step) -> bool:
    """Capture; tell whether it was taken: one that says nothing is not."""
    try:
        await (sign if step.kind == "backend" else browse)(captures, step.capture)
    except MalformedError:
        return False
    return True


async def _told(shop: Shop, step: Step, number: int) -> None:
    """Let Stripe tell what happened."""
    if step.kind == "paid":
        metadata: dict[str, Any] = {"order_id": "ORD-9", **step.metadata}
        session = checkout_session(id=SESSION, payment_intent=INTENT, metadata=metadata)
        await post(shop, "stripe", event(session, id=f"evt_{number}"))
        return
    paid_back = refund(id=f"re_{number}", payment_intent=INTENT, charge="ch_1", amount=100)
    with suppress(InProgressError, PendingError):  # its order is not known yet
        await post(shop, "stripe", event(paid_back, "refund.created", id=f"evt_{number}"))
