"""A conversion as bytes, for replay."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.conversion import Conversion
from shared.domain.records import decode, decode_context, encode
from tests.support.builders import NOW, purchase
from tests.support.strategies import conversions


@given(conversions())
def test_a_conversion_comes_back_as_it_was(conversion: Conversion) -> None:
    """Money to the last digit, times to the microsecond."""
    assert conversion == decode(encode(conversion))


def test_a_context_of_an_earlier_version_is_still_read() -> None:
    """Contexts are kept for more than a year: what a version added, older records lack."""
    record = (
        b'{"client_id":"1.2","session_id":1763900000,"session_number":3,"user_id":null,'
        b'"consent":{"analytics":"granted","ad_user_data":null,"ad_personalization":"denied"},'
        b'"user_agent":null,"page_location":null,"captured_at":"2026-11-23T12:00:00Z"}'
    )

    assert decode_context(record) == Context(
        client_id="1.2",
        session_id=1763900000,
        session_number=3,
        consent=Consent(Choice.GRANTED, None, Choice.DENIED),
        captured_at=NOW,
    )


def test_money_is_written_as_text() -> None:
    """A JSON number would be a float to whoever reads it."""
    assert b'"total":"27.60"' in encode(purchase())


@given(st.binary())
def test_a_record_of_another_shape_is_refused(record: bytes) -> None:
    """Nothing is replayed that was not understood."""
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        decode(record)
