"""`docs/guides/metadata.md`: its four lines run, and what they write is what the functions read."""

import re
import time
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Final

import stripe

from tests.guides.stripe_api import StripeApi
from tests.support.places import ROOT

PAGE: Final = (ROOT / "docs/guides/metadata.md").read_text(encoding="utf-8")


@dataclass
class _Order:
    id: str = "ORD-9"
    line_items: list[dict[str, Any]] = field(
        default_factory=lambda: [{"price": "price_1", "quantity": 1}]
    )


def test_the_code_of_the_page_writes_the_keys_of_its_table(stripe_api: StripeApi) -> None:
    """With Stripe's own library, over the wire."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    keys = re.findall(r"`(ga_\w+)`", PAGE)
    cookies = {"_ga": "GA1.1.1234567890.1764000000", "_ga_AB12CD34EF": "GS2.1.s1764000000$o3"}
    before = (stripe.api_base, stripe.api_key)
    stripe.api_base, stripe.api_key = f"http://127.0.0.1:{stripe_api.port}", "sk_test_x"
    try:
        exec(  # noqa: S102 - the page's own
            code,
            {
                "stripe": stripe,
                "time": time,
                "order": _Order(),
                "request": SimpleNamespace(cookies=cookies),
            },
        )
    finally:
        stripe.api_base, stripe.api_key = before

    (asked,) = stripe_api.requests
    metadata = asked.params["metadata"]
    assert asked.path == "/v1/checkout/sessions"
    assert metadata["order_id"] == "ORD-9"
    assert metadata["ga_cookie"] == cookies["_ga"]
    assert metadata["ga_session_cookie"] == cookies["_ga_AB12CD34EF"]
    assert abs(int(metadata["ga_captured_at"]) - time.time()) < 60
    assert set(metadata) - {"order_id"} <= set(keys)
