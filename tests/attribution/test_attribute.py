"""Whose event, in which session, at which moment."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from shared.attribution.attribute import attribute, generated_client_id
from shared.attribution.policy import Late, Policy, Unattributed
from shared.domain.attributed import AttributedConversion, State, Withheld
from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.conversion import Conversion
from shared.errors import UnusableError
from tests.support.builders import (
    CLIENT_ID,
    IN_SESSION,
    MEASUREMENT_ID,
    NOBODY,
    NOW,
    SECONDS,
    purchase,
)
from tests.support.strategies import POLICIES, conversions
from tools.changed import replace

POLICY = Policy()
WITHHOLD = replace(POLICY, unattributed=Unattributed.WITHHOLD)
REJECT = replace(POLICY, late=Late.REJECT)
MICROSECOND = timedelta(microseconds=1)
DAY = 86_400


def attributed(
    conversion: Conversion, policy: Policy = POLICY, now: datetime = NOW
) -> AttributedConversion:
    """Return what is sent."""
    found = attribute(conversion, policy, now, stream_id=MEASUREMENT_ID)
    assert isinstance(found, AttributedConversion)
    return found


def session(start: int, captured_at: datetime | None = None) -> Context:
    """Return a context with a session that began at a Unix second."""
    return Context(CLIENT_ID, start, 3, captured_at=captured_at)


def test_a_purchase_in_an_open_session_joins_it() -> None:
    """Everything GA4 needs for it, at the event's own time."""
    conversion = purchase()

    assert attributed(conversion) == AttributedConversion(
        conversion,
        State.SESSION,
        CLIENT_ID,
        session_id=SECONDS - 1800,
        session_number=3,
        timestamp=NOW - timedelta(seconds=5),
        late_hours=None,
    )


def test_without_a_session_the_client_alone_is_sent() -> None:
    """No session id, the event's own time."""
    conversion = purchase(context=Context(CLIENT_ID))

    assert attributed(conversion) == AttributedConversion(
        conversion, State.CLIENT, CLIENT_ID, timestamp=NOW - timedelta(seconds=5)
    )


def test_a_customer_whose_browser_nobody_saw_gets_an_id() -> None:
    """The same at every order of theirs."""
    conversion = purchase(context=NOBODY)

    assert attributed(conversion) == AttributedConversion(
        conversion,
        State.GENERATED,
        generated_client_id(MEASUREMENT_ID, "cus_1"),
        timestamp=NOW - timedelta(seconds=5),
    )


def test_a_guest_gets_an_id_of_the_order() -> None:
    """A redelivery of the event makes the same one."""
    found = attributed(purchase(context=NOBODY, customer_ref=None))

    assert found.client_id == generated_client_id(MEASUREMENT_ID, "ORD-9")


def test_a_session_without_a_client_joins_nothing() -> None:
    """A session is a client's."""
    found = attributed(purchase(context=Context(session_id=SECONDS - 1800)))

    assert (found.state, found.session_id) == (State.GENERATED, None)


@pytest.mark.parametrize(
    ("age", "state"),
    [
        pytest.param(0, State.SESSION, id="just begun"),
        pytest.param(DAY - 1, State.SESSION, id="a second less than 24 hours ago"),
        pytest.param(DAY, State.CLIENT, id="24 hours ago"),
        pytest.param(DAY + 1, State.CLIENT, id="more than 24 hours ago"),
        pytest.param(-900, State.SESSION, id="15 minutes ahead: clocks differ"),
        pytest.param(-901, State.CLIENT, id="more than 15 minutes ahead: no session of now"),
    ],
)
def test_a_session_can_be_joined_for_24_hours_from_its_start(age: int, state: State) -> None:
    """GA4 joins no later one, so its id would be noise."""
    found = attributed(purchase(context=session(SECONDS - age)))

    assert (state, (SECONDS - age) if state is State.SESSION else None) == (
        found.state,
        found.session_id,
    )


def test_parts_of_a_second_count_towards_the_24_hours() -> None:
    """The last microsecond still joins."""
    conversion = purchase(context=session(SECONDS - DAY))

    assert attributed(conversion, now=NOW - MICROSECOND).state is State.SESSION
    assert attributed(conversion, now=NOW).state is State.CLIENT


@pytest.mark.parametrize(
    ("start", "captured", "occurred", "sent"),
    [
        pytest.param(-3600, None, -5, -5, id="nobody knows when it was last seen: its own time"),
        pytest.param(-3600, -600, -5, -5, id="ten minutes after it was last seen"),
        pytest.param(-3600, -1800, 0, 0, id="30 minutes after it was last seen"),
        pytest.param(-3600, -1801, 0, -1801, id="later: told at the moment it was last seen"),
        pytest.param(-80_000, -79_000, -5, -79_000, id="a day later: told at that moment too"),
        pytest.param(-3600, -1000, -2000, -2000, id="before it was last seen"),
        pytest.param(-3600, -1000, -4000, -1000, id="before it began: told when last seen"),
        pytest.param(-3600, None, -4000, -3600, id="before it began, last seen unknown: its start"),
        pytest.param(-3600, -9000, -5, -3600, id="last seen before it began: its start counts"),
        pytest.param(-3600, 60, -5, -5, id="last seen in the future: clocks differ"),
        pytest.param(-3600, 60, 30, 0, id="never later than now"),
        pytest.param(300, None, -5, 0, id="a session that begins in the future"),
    ],
)
def test_the_moment_sent_lies_inside_the_session(
    start: int, captured: int | None, occurred: int, sent: int
) -> None:
    """In seconds from now: an event outside its session loses the session's source."""
    seen = None if captured is None else NOW + timedelta(seconds=captured)
    conversion = purchase(
        context=session(SECONDS + start, seen), occurred_at=NOW + timedelta(seconds=occurred)
    )

    found = attributed(conversion)

    assert (State.SESSION, NOW + timedelta(seconds=sent)) == (found.state, found.timestamp)


@pytest.mark.parametrize(
    ("age", "late_hours"),
    [
        pytest.param(timedelta(hours=71, minutes=55), None, id="72 h less 5 min"),
        pytest.param(timedelta(hours=71, minutes=55) + MICROSECOND, 71, id="a moment more"),
        pytest.param(timedelta(hours=72), 72, id="72 h"),
        pytest.param(timedelta(hours=99, minutes=59), 99, id="whole hours"),
        pytest.param(timedelta(days=3650), 87_600, id="ten years"),
    ],
)
@pytest.mark.parametrize(
    ("context", "state"),
    [(IN_SESSION, None), (Context(CLIENT_ID), State.CLIENT), (NOBODY, State.GENERATED)],
    ids=["session", "client", "nobody"],
)
def test_an_event_too_late_is_sent_without_a_time(
    context: Context, state: State | None, age: timedelta, late_hours: int | None
) -> None:
    """GA4 would move its stamp to 72 hours ago, silently; `late_hours` says it instead."""
    found = attributed(purchase(context=context, occurred_at=NOW - age))

    assert late_hours == found.late_hours
    assert (late_hours is None) is (found.timestamp is not None)
    if late_hours is not None:
        assert (state or State.CLIENT, None) == (found.state, found.session_id)


def test_an_event_too_late_is_rejected_where_the_operator_wants_it() -> None:
    """`LATE_EVENTS=reject`; the last moment still passes."""
    conversion = purchase(occurred_at=NOW - timedelta(hours=71, minutes=55))

    assert attributed(conversion, REJECT).late_hours is None
    with pytest.raises(UnusableError, match=r"^occurred_at: more than 72 hours ago$"):
        attribute(conversion, REJECT, NOW + MICROSECOND, stream_id=MEASUREMENT_ID)


def test_a_little_in_the_future_is_now() -> None:
    """15 minutes: clocks differ, and GA4 takes no stamp of the future."""
    conversion = purchase(context=NOBODY, occurred_at=NOW + timedelta(minutes=15))

    assert attributed(conversion).timestamp == NOW


def test_more_in_the_future_is_rejected() -> None:
    """Somebody's clock is wrong, and nobody knows how wrong."""
    conversion = purchase(occurred_at=NOW + timedelta(minutes=15) + MICROSECOND)

    with pytest.raises(UnusableError, match=r"^occurred_at: more than 15 minutes in the future$"):
        attribute(conversion, POLICY, NOW, stream_id=MEASUREMENT_ID)


@pytest.mark.parametrize("context", [IN_SESSION, Context(CLIENT_ID), NOBODY])
@pytest.mark.parametrize("policy", [POLICY, WITHHOLD, REJECT])
def test_denied_consent_keeps_everything_here(context: Context, policy: Policy) -> None:
    """Whatever else is known, and whatever the policies say."""
    denied = replace(context, consent=Consent(analytics=Choice.DENIED))
    conversion = purchase(context=denied)

    assert attribute(conversion, policy, NOW, stream_id=MEASUREMENT_ID) == Withheld(
        conversion, "analytics consent denied"
    )


def test_denied_consent_comes_before_any_look_at_the_clock() -> None:
    """An event of the future is withheld too: its record says why it was not sent."""
    context = Context(consent=Consent(analytics=Choice.DENIED))
    conversion = purchase(context=context, occurred_at=NOW + timedelta(days=1))

    assert isinstance(attribute(conversion, POLICY, NOW, stream_id=MEASUREMENT_ID), Withheld)


@pytest.mark.parametrize("choice", [Choice.GRANTED, None])
def test_consent_that_was_not_denied_does_not_stop_an_event(choice: Choice | None) -> None:
    """Nothing known is not a denial."""
    context = replace(IN_SESSION, consent=Consent(analytics=choice, ad_user_data=Choice.DENIED))

    assert attributed(purchase(context=context)).state is State.SESSION


def test_without_a_client_an_event_can_wait() -> None:
    """`UNATTRIBUTED_EVENTS=withhold`."""
    conversion = purchase(context=NOBODY)

    assert attribute(conversion, WITHHOLD, NOW, stream_id=MEASUREMENT_ID) == Withheld(
        conversion, "no client is known", waits=True
    )


def test_with_a_client_it_does_not_wait() -> None:
    """A session is not asked for."""
    assert attributed(purchase(context=Context(CLIENT_ID)), WITHHOLD).state is State.CLIENT


def result_of(conversion: Conversion, policy: Policy) -> AttributedConversion | None:
    """Return what is sent, if anything is."""
    try:
        found = attribute(conversion, policy, NOW, stream_id=MEASUREMENT_ID)
    except UnusableError:
        return None
    return found if isinstance(found, AttributedConversion) else None


@given(conversions(), POLICIES)
def test_a_session_id_is_only_sent_while_it_can_join(
    conversion: Conversion, policy: Policy
) -> None:
    """Within 24 hours of the start, in the state that says so, with the browser's own client."""
    found = result_of(conversion, policy)
    if found is None:
        return
    assert (found.session_id is not None) is (found.state is State.SESSION)
    if found.session_id is not None:
        start = datetime.fromtimestamp(found.session_id, UTC)
        assert start + timedelta(hours=24) > NOW
        assert (conversion.context.client_id, conversion.context.session_id) == (
            found.client_id,
            found.session_id,
        )


@given(conversions(), POLICIES)
def test_a_timestamp_is_never_of_the_future_and_never_too_old(
    conversion: Conversion, policy: Policy
) -> None:
    """GA4 takes 72 hours; an event without a stamp says how late it is."""
    found = result_of(conversion, policy)
    if found is None:
        return
    assert (found.timestamp is None) is (found.late_hours is not None)
    if found.timestamp is not None:
        assert timedelta(0) <= NOW - found.timestamp <= timedelta(hours=72)


@given(conversions(), POLICIES)
def test_nothing_is_sent_of_a_person_who_denied(conversion: Conversion, policy: Policy) -> None:
    """For any event and any policy."""
    if conversion.context.consent.analytics is Choice.DENIED:
        assert result_of(conversion, policy) is None
