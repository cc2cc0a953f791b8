"""No other web page may ask the local stack anything; programs of this machine may."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support import loopback
from tests.support.rows import every
from tests.tools.collecting import collecting

PAGES = ["/", "/page/main.js", "/page/stream", "/events", "/stack", "/page/deliveries/abc-1"]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Where a collector listens."""
    with collecting() as found:
        yield found


def status(method: str, url: str, **headers: str) -> int:
    """Return what a request is answered, without waiting for a stream's end."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with loopback.stream(method, url, headers=named, timeout=5) as answer:
        return answer.status_code


@pytest.mark.parametrize("path", ["/", "/page/main.js", "/page/page.css", "/events"])
def test_a_program_and_the_page_itself_may_ask(url: str, path: str) -> None:
    """A program sends no header of a browser's; the page says that it is the page."""
    own = {"origin": url, "sec_fetch_site": "same-origin"}

    assert status("GET", url + path) == 200
    assert status("GET", url + path, **own) == 200
    assert status("GET", url + path, host=f"localhost:{httpx.URL(url).port}") == 200


@every("path", PAGES)
@every(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "evil.example:8787"},
        {"host": "127.0.0.1.evil.example"},
        {"host": "localhost.evil.example"},
        {"host": ""},
        {"host": "[::1"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:3000"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
def test_another_web_page_may_not(url: str, path: str, headers: dict[str, str]) -> None:
    """By name (DNS rebinding), by origin, or by what the browser says of it."""
    assert status("GET", url + path, **headers) == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/faults"),
        ("DELETE", "/events"),
        ("POST", "/page/send"),
        ("POST", "/page/again"),
    ],
)
def test_another_web_page_changes_nothing(url: str, method: str, path: str) -> None:
    """Neither faults nor what is remembered, nor is anything sent."""
    assert status(method, url + path, origin="http://localhost:3000") == 403
    assert status(method, url + path, sec_fetch_site="cross-site") == 403
    assert status(method, url + path, host="evil.example") == 403


def test_a_link_to_the_page_can_be_followed(url: str) -> None:
    """From anywhere; but it cannot be framed, and nothing else can be asked for so."""
    visit = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}

    assert status("GET", f"{url}/", **visit, sec_fetch_dest="document") == 200
    assert status("GET", f"{url}/", **visit, sec_fetch_dest="iframe") == 403
    assert status("GET", f"{url}/events", **visit, sec_fetch_dest="document") == 403
    policy = loopback.get(url).headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_ga4_takes_events_from_everywhere(url: str) -> None:
    """As Google does: 204 whatever arrives."""
    for headers in ({"host": "evil.example"}, {"origin": "https://shop.example"}):
        assert status("POST", f"{url}/mp/collect", **headers) == 204
        assert status("POST", f"{url}/debug/mp/collect", **headers) == 200


def test_what_a_form_can_post_is_no_press_of_a_button(url: str) -> None:
    """Only JSON is, for which a browser asks before another page may send it."""
    forms = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
    for kind in forms:
        assert status("POST", f"{url}/page/send", content_type=kind) == 415
    assert status("POST", f"{url}/page/send", content_type="application/json") == 400


def test_the_page_is_found_where_the_collector_is(url: str) -> None:
    """And nothing but the page's own files is handed out."""
    answer = loopback.get(url)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert loopback.get(f"{url}/page/page.py").status_code == 404
    assert loopback.get(f"{url}/page/..%2fpage.py").status_code == 404
    assert loopback.get(f"{url}/page/deliveries/nobody").status_code == 404
