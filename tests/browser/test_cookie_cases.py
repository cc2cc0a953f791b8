"""The table of cookies that the browser's snippet and the server read alike; here the browser."""

import json
from datetime import UTC, datetime
from random import Random
from typing import Any

from shared.domain.cookies import client_id_from, session_from
from tests.browser.conftest import Shopper
from tests.support.places import ROOT

_CASES = json.loads((ROOT / "tests/domain/cookie_cases.json").read_text(encoding="utf-8"))
# What the snippet says of each pair of cookies, had the browser held them.
_READ = """async (jars) => {
  const rows = [];
  for (const [client, session] of jars) {
    const cookie = `_ga=${client}; _ga_AB12CD34EF=${session}`;
    Object.defineProperty(document, "cookie", { value: cookie, configurable: true });
    const found = ga4Context.visit({ measurementId: "G-AB12CD34EF" }).read();
    rows.push(["client_id", "session_id", "session_number"].map((k) => found["ga_" + k] ?? null));
  }
  return rows;
}"""
_PIECES = (
    "GA1. GA1.1. GS1.1. GS2.1. 1-2. s1764000000 $ $o $o5 $t1764000100 o7 1764000000 .5 .1. deleted "
    "111.222 0 00 . - % %24 %2E @ amp-x x FPID2.2. null 17640000000000 $s17 ~ é"
).split()


def read(shopper: Shopper, jars: list[list[str]]) -> list[list[str | None]]:
    """Return client, session and number that the snippet reads in pairs of cookies."""
    shopper.opens('<script src="/ga4-context.js"></script>')
    found: list[list[str | None]] = shopper.page.evaluate(_READ, jars)
    return found


def test_the_table(shopper: Shopper) -> None:
    """Every case."""
    clients = read(shopper, [[value, ""] for value, _ in _CASES["client"]])
    sessions = read(shopper, [["", value] for value, *_ in _CASES["session"]])

    assert [[client, None, None] for _, client in _CASES["client"]] == clients
    expected = [[None, _text(start), _text(number)] for _, start, number in _CASES["session"]]
    assert expected == sessions


def test_nothing_is_read_otherwise_than_by_the_server(shopper: Shopper) -> None:
    """What the snippet believes the server believes too, and as the same."""
    random = Random(5)  # noqa: S311 - repeatable
    values = ["".join(random.choices(_PIECES, k=random.randint(1, 6))) for _ in range(1500)]
    shown = read(shopper, [[value, value] for value in values])
    now = datetime.now(UTC)
    believed = 0

    for value, (client, session, number) in zip(values, shown, strict=True):
        reading = session_from(value, now=now)
        assert client in {None, client_id_from(value).client_id}, value
        assert session in {None, _text(reading.session_id)}, value
        assert number in {None, _text(reading.session_number)}, value
        believed += (client is not None) + (session is not None) + (number is not None)
    assert believed > 200


def _text(value: Any) -> str | None:  # noqa: ANN401 - JSON
    return None if value is None else str(value)
