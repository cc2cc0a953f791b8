"""When an answer that came with an event was given, whatever the buyer's clock says."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.delivery.payment_identity import dated_context
from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from tests.support.builders import NOW

MADE = NOW - timedelta(seconds=5)
BEFORE = NOW - timedelta(hours=1)
FUTURES = [NOW + timedelta(seconds=1), NOW + timedelta(days=2), datetime(9999, 12, 31, tzinfo=UTC)]


def dated(choice: Choice, captured_at: datetime | None, now: datetime = NOW) -> datetime | None:
    """Return when an answer counts as given that came with an event made at MADE."""
    context = Context(consent=Consent(choice), captured_at=captured_at)
    return dated_context(context, now, MADE).consent.analytics_at


def test_an_answer_has_the_time_of_capture() -> None:
    """That is what the shop says."""
    assert dated(Choice.GRANTED, BEFORE) == BEFORE
    assert dated(Choice.DENIED, BEFORE) == BEFORE


def test_without_one_a_grant_may_be_of_any_age_and_a_denial_is_new() -> None:
    """In doubt the denial counts."""
    assert dated(Choice.GRANTED, None) is None
    assert dated(Choice.DENIED, None) == NOW


@pytest.mark.parametrize("future", FUTURES)
def test_a_grant_is_never_later_than_its_event(future: datetime) -> None:
    """A buyer's clock may be ahead, by years; and the same event may come again days later."""
    assert dated(Choice.GRANTED, future) == MADE
    assert dated(Choice.GRANTED, future, NOW + timedelta(days=3)) == MADE


def test_a_grant_is_never_later_than_its_receipt() -> None:
    """An event may be dated in the future, too."""
    context = Context(consent=Consent(Choice.GRANTED), captured_at=FUTURES[1])

    dated = dated_context(context, NOW, FUTURES[0])
    assert dated.consent.analytics_at == NOW
    assert dated_context(context, NOW).consent.analytics_at == NOW


@pytest.mark.parametrize("future", FUTURES)
def test_nobody_was_seen_later_than_now(future: datetime) -> None:
    """Otherwise nothing that is seen later would ever replace it."""
    assert dated_context(Context(client_id="1.2", captured_at=future), NOW).captured_at == NOW
