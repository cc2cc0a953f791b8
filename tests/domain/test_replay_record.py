"""What the ledger keeps for replay."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.conversion import Conversion
from shared.domain.records import encode
from shared.domain.replay_record import ReplayRecord, decode_replay, encode_replay
from shared.domain.without_personal_data import conversion_without_personal_data
from tests.support.strategies import conversions


@given(conversions(), st.sampled_from(["payment_webhook", "offline_event"]))
def test_it_comes_back_without_the_persons_address(conversion: Conversion, source: str) -> None:
    """And with the function that sends it."""
    assert decode_replay(encode_replay(ReplayRecord(conversion, source))) == ReplayRecord(
        conversion_without_personal_data(conversion), source
    )


@given(conversions())
def test_a_record_of_an_earlier_version_is_the_webhooks(conversion: Conversion) -> None:
    """It was the only function that kept any."""
    assert decode_replay(encode(conversion)) == ReplayRecord(conversion, "payment_webhook")


@given(st.binary())
def test_a_record_of_another_shape_is_refused(record: bytes) -> None:
    """Nothing is told that was not understood."""
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        decode_replay(record)
