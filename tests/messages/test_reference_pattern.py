"""How a shop describes references of its own."""

import pytest

from shared.errors import InvalidValueError
from shared.messages.reference_pattern import read_pattern


@pytest.mark.parametrize("text", ["{hex:20}", "{base32:16}", "{base62:14}", "a_{base64url:14}.b"])
def test_eighty_random_bits_are_enough(text: str) -> None:
    """In whichever alphabet."""
    assert read_pattern(text).form.groups == 1


@pytest.mark.parametrize("text", ["{hex:19}", "{base32:15}", "{base62:13}", "{base64url:13}"])
def test_fewer_are_refused_with_how_many_it_takes(text: str) -> None:
    """The shortest that is taken is named."""
    with pytest.raises(InvalidValueError, match=r"has \d+ to 128 characters, e\.g\. \{[a-z0-9]+:"):
        read_pattern(text)


@pytest.mark.parametrize(
    "text",
    ["", "ord_.*", "{base62}", "{digits:30}", "{hex:32}{hex:32}", "(a+)+{hex:32}", "{hex:999}"],
)
def test_what_is_no_pattern_is_refused(text: str) -> None:
    """A regular expression too: a stranger's text would be matched with it."""
    with pytest.raises(InvalidValueError):
        read_pattern(text)
