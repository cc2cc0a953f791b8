"""Random stories of two people: no event of who denied leaves, none of who did not is lost.

Both buy at the same shop, some by a link that carries the same reference. What is said of them
comes by every way, in any order, under any of their references, with clocks that are wrong.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from hypothesis import event as note
from hypothesis import given
from hypothesis import strategies as st

from shared.outcome import Result
from tests.consent.play import bring, shop_in
from tests.consent.said import NOTHING, Said
from tests.support.builders import NOW
from tests.support.shop import Shop
from tools.changed import replace

_DENIALS: Final[tuple[object, ...]] = ("denied", "no", False, 0, {}, [])
_CONVERSIONS: Final = ("session", "offline", "enrichment", "standard")


@dataclass(frozen=True)
class Step:
    """Something that is said of one of the two.

    Attributes:
        person: Of whom.
        said: The event, as if there were one person.
        name: Of a capture: which of the person's references it names.
        shared: Of a session: whether the link was the same for both.
    """

    person: str
    said: Said
    name: str
    shared: bool

    @property
    def ids(self) -> dict[str, str]:
        """The person's references."""
        who = self.person
        return {"session": f"cs_{who}", "order": f"ORD-{who}", "customer": f"cus_{who}"}

    @property
    def references(self) -> Sequence[str]:
        """Under which of them it is known what this says."""
        if self.said.by == "backend":
            return [self.ids[self.name]]
        named = ["order", "customer"] + ["session"] * (self.said.by == "session")
        return [self.ids[each] for each in named]

    @property
    def told(self) -> Said:
        """The event, of this person."""
        ids = self.ids
        fields: dict[str, Any] = {
            "session": {
                "id": ids["session"],
                "payment_intent": f"pi_{self.person}",
                "customer": ids["customer"],
                "client_reference_id": "spring" if self.shared else None,
                "metadata": {**self.said.metadata, "order_id": ids["order"]},
            },
            "offline": {"event_id": f"till-{self.person}", "transaction_id": ids["order"]}
            | {"customer_ref": ids["customer"]},
            "enrichment": {"event_id": f"erp-{self.person}", "transaction_id": ids["order"]}
            | {"customer_ref": ids["customer"]},
            "standard": {"event_id": f"bev-{self.person}", "transaction_id": ids["order"]}
            | {"customer_id": ids["customer"]},
            "backend": {"references": self.references, "client_id": "1.2"},
        }
        return replace(self.said, fields=fields[self.said.by])


@dataclass
class Known:
    """What is known of the two by the rule, as docs/decisions/0027 puts it.

    Attributes:
        denied: When each denial was given at the latest, under each reference.
        granted: When anybody who signs says that a person granted, at the earliest.
    """

    denied: dict[str, set[datetime]] = field(default_factory=dict)
    granted: dict[str, set[datetime]] = field(default_factory=dict)

    def hear(self, step: Step, now: datetime) -> bool:
        """Take in what a step says; tell whether it may not leave."""
        said, at = step.said, None
        if said.at is not None:
            at = NOW + timedelta(minutes=said.at)
        denials = set().union(*(self.denied.get(each, set()) for each in step.references))
        if said.answer == "granted" and at is not None:
            self.granted.setdefault(step.person, set()).add(min(at, now))
        elif said.answer is not NOTHING and said.answer != "granted":
            denials.add(at or now)
        for each in step.references:
            self.denied.setdefault(each, set()).update(denials)
        granted = self.granted.get(step.person)
        return bool(denials) and (not granted or max(denials) >= max(granted))


_SAID: Final = st.builds(
    Said,
    st.sampled_from(_CONVERSIONS),
    st.sampled_from([NOTHING, NOTHING, "granted", *_DENIALS]),
    st.none() | st.integers(-3, 3) | st.just(50 * 365 * 24 * 60),
    seconds=st.sampled_from([0, 1, 60]),
)
# A signed capture says its answers in words, and no time that is far ahead.
_CAPTURED: Final = st.builds(
    Said,
    st.just("backend"),
    st.sampled_from([NOTHING, "granted", "denied"]),
    st.none() | st.integers(-3, 3),
    seconds=st.sampled_from([0, 1, 60]),
)
_STEPS: Final = st.builds(
    Step,
    st.sampled_from("AB"),
    _SAID | _CAPTURED,
    st.sampled_from(["session", "order", "customer"]),
    st.booleans(),
)


@given(st.lists(_STEPS, min_size=2, max_size=8))
def test_no_event_of_who_denied_leaves_and_none_of_who_did_not_is_lost(
    story: Sequence[Step],
) -> None:
    """Whoever says it, in whatever type, under whichever reference, in whichever order."""
    with TemporaryDirectory() as folder:
        shop = shop_in(Path(folder))
        try:
            asyncio.run(_play(shop, story))
        finally:
            shop.close()


async def _play(shop: Shop, story: Sequence[Step]) -> None:
    known = Known()
    spotless = {step.person for step in story} - set(_deniers(story))
    for step in story:
        shop.clock.advance(step.said.seconds)
        before = len(shop.ga4.bodies)
        (outcome,) = await bring(shop, step.told)
        forbidden = known.hear(step, shop.clock.now)
        left = shop.ga4.bodies[before:]
        note(f"{step.said.by} {'forbidden' if forbidden else 'free'} {len(left)}")
        assert not (forbidden and left)
        if step.person in spotless:
            assert outcome.result is not Result.WITHHELD


def _deniers(story: Sequence[Step]) -> Iterator[str]:
    for step in story:
        if step.said.answer is not NOTHING and step.said.answer != "granted":
            yield step.person
