"""A conversion as bytes, for replay."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.conversions.conversion import Conversion
from shared.conversions.record import decode, encode
from tests.support.builders import purchase
from tests.support.strategies import conversions


@given(conversions())
def test_a_conversion_comes_back_as_it_was(conversion: Conversion) -> None:
    """Money to the last digit, times to the microsecond."""
    assert conversion == decode(encode(conversion))


def test_money_is_written_as_text() -> None:
    """A JSON number would be a float to whoever reads it."""
    assert b'"total":"27.60"' in encode(purchase())


@given(st.binary())
def test_a_record_of_another_shape_is_refused(record: bytes) -> None:
    """Nothing is replayed that was not understood."""
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        decode(record)
