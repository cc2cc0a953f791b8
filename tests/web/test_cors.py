"""The headers of CORS: for exact origins, and no others."""

import pytest

from shared.errors import OriginError
from shared.web.cors import answer_headers, preflight_headers

ALLOWED = frozenset({"https://shop.example"})


def test_a_page_on_the_list_may_read_the_answer() -> None:
    """And caches keep the answers of origins apart."""
    assert answer_headers("https://shop.example", ALLOWED) == {
        "vary": "Origin",
        "access-control-allow-origin": "https://shop.example",
    }


@pytest.mark.parametrize("origin", [None, "", "*", "null", "https://shop.example/", "HTTPS://shop"])
def test_nobody_else_may(origin: str | None) -> None:
    """Nor learns who is on the list."""
    assert answer_headers(origin, ALLOWED) == {"vary": "Origin"}


def test_a_page_on_the_list_may_post_json() -> None:
    """And nothing else; without credentials."""
    assert preflight_headers("https://shop.example", ALLOWED) == {
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "content-type",
        "access-control-max-age": "7200",
    }


def test_a_foreign_page_may_not_even_ask() -> None:
    """Its preflight is refused."""
    with pytest.raises(OriginError):
        preflight_headers("https://evil.example", ALLOWED)
