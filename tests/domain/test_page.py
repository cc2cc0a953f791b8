"""What of a page's address is kept: the campaign that brought the visitor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.notes import Notes
from shared.domain.page import CAMPAIGN_PARAMETERS, page_without_query

SHOP = "https://shop.example/cart"
CAMPAIGN = "utm_source=news&utm_campaign=spring%20sale&utm_id=20261124001"


@pytest.mark.parametrize(
    ("text", "page"),
    [
        (SHOP, SHOP),
        (f"{SHOP}?{CAMPAIGN}", f"{SHOP}?{CAMPAIGN}"),
        (f"{SHOP}?email=jane@example.com&{CAMPAIGN}&phone=%2B4366012345678", f"{SHOP}?{CAMPAIGN}"),
        (f"{SHOP}?gclid=abc&wbraid=d&_gl=1*x&token=eyJ", SHOP),
        (f"{SHOP}?UTM_SOURCE=news&xutm_source=news&utm_sourcex=1", SHOP),
        (f"{SHOP}?utm_content=jane%40example.com&utm_source=news", f"{SHOP}?utm_source=news"),
        (f"{SHOP}?utm_content=jane%2540example.com", SHOP),
        (f"{SHOP}?utm_term=%2B43%20660%2012345678", SHOP),
        (f"{SHOP}#email=jane@example.com", SHOP),
        (f"{SHOP}#?utm_source=news", SHOP),
        ("https://jane:secret@shop.example:8443/cart", "https://shop.example:8443/cart"),
        ("https://shop.example/cart;jsessionid=5F?a=1", SHOP),
        ("https://shop.example/news/jane@example.com/off", "https://shop.example/"),
        ("https://shop.example/news/jane%40example.com", "https://shop.example/"),
        ("https://shop.example", "https://shop.example"),
        ("/cart?a=1", "/cart"),
        (" https://shop.example/cart ", SHOP),
        ("HTTPS://shop.example/cart?a=1", SHOP),
        ("", None),
        (None, None),
    ],
)
def test_only_the_campaign_of_a_query_is_kept(text: str | None, page: str | None) -> None:
    """User, password, fragment and everything else of the query may say who was there."""
    notes = Notes()

    assert page_without_query(text, notes, "page_location") == page
    assert list(notes) == []


@pytest.mark.parametrize(
    "text",
    [
        "mailto:jane@example.com",
        "javascript:alert(1)",
        "https://[jane/",
        "https://shop.example:jane/",
        "https:///cart",
        "data:text/html,jane",
    ],
)
def test_what_is_no_page_is_left_out_and_named(text: str) -> None:
    """It costs the address alone."""
    notes = Notes()

    assert page_without_query(text, notes, "page_location") is None
    assert list(notes) == ["page_location: no address of a page"]


@given(st.text() | st.from_regex(r"https?://[a-z@:]*/[a-z@]*\?[a-z=&@%_]*#?[a-z@]*"))
def test_whatever_is_written_no_address_of_a_person_is_kept(text: str) -> None:
    """And nothing raises; what was cut once stays as it is."""
    page = page_without_query(text, Notes(), "page_location")

    assert page is None or "@" not in page
    assert page is None or page_without_query(page, Notes(), "page_location") == page
    query = (page or "").partition("?")[2]
    assert {pair.partition("=")[0] for pair in query.split("&") if pair} <= CAMPAIGN_PARAMETERS
