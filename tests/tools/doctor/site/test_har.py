"""Recordings: what is read of them, what is passed over, and what is refused."""

import base64
import gzip
import json
import tracemalloc
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from tests.tools.doctor.site.pages_seen import CLIENT, entry, har, page
from tools.doctor.site.har import MOST_BYTES, read_har
from tools.doctor.site.hit import read_hit
from tools.doctor.site.seen import Purchase
from tools.errors import UsageError

COLLECT: Final = "https://www.google-analytics.com/g/collect?v=2&tid=G-SHOP1"
SHARED: Final = f"{COLLECT}&cid={CLIENT}&sid=1763990000&gcs=G111&gcd=13t3t3t3t5l1"
LINES: Final = "en=view_item\r\nen=purchase&ep.transaction_id=ORDER%201&epn.value=12.5&cu=EUR"
SNIPPET: Final = '<script src=/ga4-context.min.js DATA-measurement-id="G-SHOP1, G-TWO"></script>'


def posted(url: str, text: str | None, size: int = 10) -> dict[str, Any]:
    """Return a request of the tag that was posted."""
    body = {} if text is None else {"postData": {"mimeType": "text/plain", "text": text}}
    return entry(url, request={"method": "POST", "bodySize": size, **body})


def test_a_recording_of_a_purchase_is_read_whole(tmp_path: Path) -> None:
    """Cookies of the shop's hosts alone, by whom they were set; the tag's requests in order."""
    cookie = {"name": "Cookie", "value": f"a=b; _ga=GA1.1.{CLIENT}; _ga_SHOP1=GS2.1.s1763990000$o1"}
    server = {"name": "Set-Cookie", "value": "_ga_OTHER1=x; path=/\nFPID=FPID2.2.abc.1; HttpOnly"}
    seen = read_har(
        har(
            tmp_path / "f",
            page(html=SNIPPET),
            entry("https://www.googletagmanager.com/gtag/js?id=G-SHOP1"),
            entry("https://cdn.example.net/ga4-context.min.js"),
            entry("https://cdn.example.net/js/ga4-streams.js?v=2"),
            entry("https://pay.shop.example.com/x", request={"headers": [cookie]}),
            entry("https://shop.example.com/y", response={"headers": [server]}),
            entry("https://other.example.net/", request={"cookies": [{"name": "z_ga"}]}),
            entry(f"{SHARED}&en=page_view"),
            posted(SHARED, LINES),
            entry("https://stats.g.doubleclick.net/g/collect?v=2&tid=G-SHOP1"),
        )
    )

    assert (seen.host, seen.recorded, seen.commands, seen.tag, seen.encrypted) == (
        "www.shop.example.com",
        True,
        None,
        True,
        True,
    )
    assert [(c.name, c.set_by, c.problem is None) for c in seen.cookies] == [
        ("_ga", None, True),
        ("_ga_SHOP1", None, True),
        ("_ga_OTHER1", "shop.example.com", False),
        ("FPID", "shop.example.com", True),
    ]
    snippet = seen.snippet
    assert (snippet.there, snippet.several, snippet.failed) == (True, True, None)
    assert snippet.measurement_ids == ("G-SHOP1", "G-TWO")
    assert [hit.events for hit in seen.hits] == [("page_view",), ("view_item", "purchase")]
    assert seen.hits[1].purchases == (Purchase("ORDER 1"),)
    assert {hit.client_id for hit in seen.hits} == {CLIENT}


def test_a_page_may_be_written_as_base64(tmp_path: Path) -> None:
    """As some browsers do."""
    text = base64.b64encode(SNIPPET.encode()).decode()
    content = {"mimeType": "text/html", "text": text, "encoding": "base64"}
    path = har(tmp_path / "f", entry("http://localhost/", response={"content": content}))

    assert read_har(path).snippet.measurement_ids == ("G-SHOP1", "G-TWO")


def test_a_snippet_that_is_gone_is_not_there(tmp_path: Path) -> None:
    """Its status is kept."""
    gone = entry("https://shop.example.com/ga4-context.js", response={"status": 404})

    snippet = read_har(har(tmp_path / "f", page(), gone)).snippet
    assert (snippet.there, snippet.failed) == (False, 404)


def test_what_was_posted_and_left_out_is_unread(tmp_path: Path) -> None:
    """No purchase is concluded from that; an empty body is none that was left out."""
    path = har(
        tmp_path / "f",
        page(),
        posted(SHARED, None),
        posted(SHARED, ""),
        posted(f"{SHARED}&en=scroll", "", 0),
        posted(f"{SHARED}&en=scroll", None, -1),
    )

    assert [hit.unread for hit in read_har(path).hits] == [True, True, False, False]


@pytest.mark.parametrize(
    "odd",
    [
        None,
        1,
        "x",
        [],
        {},
        {"request": None, "response": None},
        {"request": {"url": 1}, "response": {}},
        {"request": {"url": "http://[::1"}, "response": {}},
        {"request": {"url": "http://a/", "headers": "none"}, "response": {}},
        {"request": {"url": "http://a/"}, "response": {"status": "200"}},
    ],
)
def test_an_entry_of_another_form_is_passed_over_and_counted(odd: object, tmp_path: Path) -> None:
    """The others are read."""
    seen = read_har(har(tmp_path / "f", odd, page(), odd))

    assert (seen.host, seen.unread) == ("www.shop.example.com", 2)


@pytest.mark.parametrize(
    "odd",
    [
        entry("chrome-extension://abc/x.js"),
        entry("data:text/html,x"),
        entry("https:///g/collect?v=2&tid=G-SHOP1"),
        entry("https://a.example/g/collect?v=1&tid=G-SHOP1&en=purchase"),
        entry("https://a.example/g/collect?v=2&tid=UA-1&en=purchase"),
        entry("https://a.example/g/collect?" + "a=b&" * 5000),
        page(html="<script " * 50_000),
        entry("http://a/", response={"content": {"mimeType": None, "text": None, "x": [1]}}),
        page(html="\ud800"),
    ],
)
def test_what_means_nothing_here_is_no_fault(odd: object, tmp_path: Path) -> None:
    """Nor any work."""
    seen = read_har(har(tmp_path / "f", page(), odd))

    assert (seen.hits, seen.cookies, seen.snippet.there) == ((), (), False)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it is empty"),
        (b"<html>", "no recording"),
        (b"{}", "no recording"),
        (b"[]", "no recording"),
        (b'{"log": {"entries": 3}}', "no recording"),
        (b'{"log": {"entries": [{"a": ', "no recording"),
        (b"[" * 100_000, "no recording"),
        (b'{"log":' * 5_000, "no recording"),
        (b"\xff\xfe{\x00}\x00", "no recording"),
        (b"\xef\xbb\xbf", "no recording"),
        (gzip.compress(b"{}", mtime=0), "it is compressed"),
        (b'{"log": {"entries": []}}', "shows no page"),
        (json.dumps({"log": {"entries": [1] * 50_001}}).encode(), "more than 50,000"),
    ],
)
def test_what_is_no_recording_is_refused(content: bytes, says: str, tmp_path: Path) -> None:
    """By one line, which names the option."""
    (tmp_path / "f.har").write_bytes(content)

    with pytest.raises(UsageError, match=says) as raised:
        read_har(str(tmp_path / "f.har"))
    assert str(raised.value).startswith("--har: ")


def test_a_file_that_is_not_there_or_too_long_is_refused(tmp_path: Path) -> None:
    """Before it is read."""
    with (tmp_path / "long").open("wb") as file:
        file.write(b"{")
        file.truncate(MOST_BYTES + 1)

    for name, says in (("none", "No such file"), ("", "directory"), ("long", "longer than 512")):
        with pytest.raises(UsageError, match=says):
            read_har(str(tmp_path / name))


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    """Some tools write one."""
    path = Path(har(tmp_path / "f", page()))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert read_har(str(path)).host == "www.shop.example.com"


def test_the_shop_is_the_host_that_was_named(tmp_path: Path) -> None:
    """Else the first page's; one of another shop is no page of it."""
    path = har(tmp_path / "f", page("https://bank.example.net/"), page())

    assert read_har(path).host == "bank.example.net"
    assert read_har(path, "shop.example.com").host == "www.shop.example.com"
    with pytest.raises(UsageError, match=r"no page of ample\.com"):
        read_har(path, "ample.com")


def test_a_long_recording_takes_little_memory(tmp_path: Path) -> None:
    """Its bodies are passed over, not loaded."""
    large = entry("https://shop.example.com/a.js", response={"content": {"text": "x" * 200_000}})
    path = har(tmp_path / "f", page(), *[large] * 150)
    tracemalloc.start()
    try:
        read_har(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert Path(path).stat().st_size > 30_000_000
    assert peak < 1_000_000


@pytest.mark.parametrize(
    ("line", "purchase"),
    [
        ("en=purchase&ep.transaction_id=A", Purchase("A")),
        ("en=purchase&epn.transaction_id=12", Purchase("12", as_number=True)),
        ("en=purchase&ep.transaction_id=", Purchase("")),
        ("en=purchase", Purchase(None)),
    ],
)
def test_a_purchase_is_read_from_the_query_and_from_the_body(line: str, purchase: Purchase) -> None:
    """Text and numbers have names of their own."""
    alone = read_hit(urlsplit(f"{COLLECT}&{line}"), "", posted=True)
    beside = read_hit(urlsplit(COLLECT), f"en=scroll\n{line}\n", posted=True)

    assert alone is not None
    assert beside is not None
    assert alone.purchases == beside.purchases == (purchase,)


def test_what_is_too_long_or_odd_is_not_believed() -> None:
    """No name of an event and no consent of another form is passed on."""
    found = read_hit(urlsplit(f"{COLLECT}&en=a%0ab&gcs=G2&gcd=<b>"), "")

    assert found is not None
    assert (found.events, found.gcs, found.gcd) == (("?",), None, None)
    long = read_hit(urlsplit(COLLECT), "en=purchase&" + "x" * 2_000_000, posted=True)
    assert long is not None
    assert (long.unread, long.events) == (True, ())
