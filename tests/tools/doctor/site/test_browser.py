"""`connectors doctor site` in a real Chromium, on pages of our own, and on recordings of them."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.pages import FORM, SNIPPET, STREAM, tag
from tests.browser.site import COLLECT, Site
from tests.support.chromium import FLAGS, chromium_path
from tests.support.forks import run_connectors
from tests.support.stripe_json import checkout_session, event
from tests.tools.doctor.site.pages_seen import DENIED, GRANTED
from tools.doctor.site import browser
from tools.doctor.site.browser import NotSeenError, open_page
from tools.ports import HOST

GOOGLE: Final = "https://www.google-analytics.com/g/collect"
PURCHASE: Final = 'gtag("event", "purchase", {transaction_id: "ORDER-1", value: 12.5});'
Run = Callable[..., tuple[int, dict[str, list[Any]]]]

__all__ = ["chromium_path"]
pytestmark = pytest.mark.usefixtures("chromium_path")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """The shop's web server."""
    found = Site()
    yield found
    found.close()


@pytest.fixture(scope="module")
def odd() -> Iterator[str]:
    """A server that redirects, never answers, or has a download."""
    done = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        """One request."""

        def do_GET(self) -> None:
            """Answer by the path."""
            if self.path == "/never":
                done.wait(60)
            self.send_response(302 if self.path.startswith("/to") else 200)
            if self.path.startswith("/to"):
                self.send_header("location", self.path.partition("?")[2] or "/to")
            if self.path == "/file":
                self.send_header("content-disposition", "attachment; filename=a.bin")
            self.send_header("content-length", "1")
            self.end_headers()
            self.wfile.write(b"x")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            """Keep quiet."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://{HOST}:{server.server_address[1]}"
    done.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the command; return its exit status and what it printed, by what it is about."""

    def it(*arguments: str, stream: str = STREAM) -> tuple[int, dict[str, list[Any]]]:
        environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environ["GA4_MEASUREMENT_ID"] = stream
        done = run_connectors(
            "doctor", "site", *arguments, "--json", environ=environ, working_folder=tmp_path
        )
        found: dict[str, list[Any]] = {"printed": [done.out], "error": [done.error]}
        for line in done.out.splitlines():
            finding = json.loads(line)
            found.setdefault(finding["about"].partition(" of ")[0], []).append(finding)
        return done.status, found

    return it


def opened(site: Site, body: str, path: str = "/") -> str:
    """Serve a page of the shop; return its address."""
    site.pages[path] = f"<!doctype html><title>A \x1b[31m title</title>{body}"
    return site.url + path


def shop(choices: dict[str, str], collect: str = COLLECT, more: str = "") -> str:
    """Return a page with consent, the tag and the snippet."""
    script = f'<script async src="/gtag.js" data-collect="{collect}"></script>'
    default = f'gtag("consent", "default", {json.dumps(choices)});'
    return tag(default, script=script) + SNIPPET + f"<script>{more}</script>"


def test_a_good_page_is_good_and_its_visit_counts_nowhere(site: Site, run: Run) -> None:
    """What goes to Google is answered in its place; no id of the visitor is printed."""
    status, found = run(opened(site, shop(GRANTED, GOOGLE)))

    assert (status, found["error"]) == (0, [""])
    assert {json.loads(line)["level"] for line in found["printed"][0].splitlines()} == {"ok"}
    (sent,) = found[f"tag {STREAM}"]
    assert "to www.google-analytics.com: 1, with client id (cid): 1; gcs G111" in sent["says"]
    assert "analytics granted by default" in sent["says"]
    assert found["snippet reads"][0]["says"].startswith("client id present, session present")
    assert found["cookie _ga"][0]["says"].endswith("set by a script")
    assert "424242" not in found["printed"][0]
    assert "title" not in found["printed"][0]


def test_a_page_with_faults_says_each(site: Site, run: Run) -> None:
    """A default that comes late, another stream, and a snippet that is gone."""
    late = f'gtag("consent", "default", {json.dumps({**DENIED, "wait_for_update": 2000})});'
    body = shop(GRANTED, more=late).replace("/ga4-context.js", "/gone/ga4-context.js")
    status, found = run(opened(site, body), stream="G-OTHER1")

    assert status == 1
    assert "`config`" not in found["consent order"][0]["says"]  # the first default came in time
    assert "answered with 404" in found["snippet"][0]["says"]
    assert found["tag"][0]["level"] == "error"
    assert "G-OTHER1" in found["tag"][0]["says"]
    assert found["cookie _ga_LOCAL00001"][0]["level"] == "warning"
    assert "cookie _ga_OTHER1" not in found
    assert found["consent commands"][0]["says"].endswith("wait_for_update 2000 ms)")


def test_a_visitor_who_has_not_agreed_leaves_no_id(site: Site, run: Run) -> None:
    """And that is said to be the reason."""
    status, found = run(opened(site, shop(DENIED)))

    assert status == 0
    assert "the tag writes none" in found["cookie _ga"][0]["says"]
    assert "it reads no id" in found["snippet reads"][0]["says"]
    assert "gcs G100 (ads denied, analytics denied)" in found[f"tag {STREAM}"][0]["says"]


def test_a_hostile_page_ends_all_the_same(site: Site, odd: str, run: Run) -> None:
    """Dialogs, windows, downloads, other schemes, errors, and built-ins that were changed."""
    script = f"""
      Array.from = () => {{ throw Error("secret"); }};
      Object.entries = () => "secret";
      window.ga4Context = () => new Promise(() => {{}});
      addEventListener("beforeunload", (event) => event.preventDefault());
      for (let at = 0; at < 5; at++) open("/");
      alert("secret"); confirm("secret"); prompt("secret");
      location = "file:///etc/passwd";
      const link = document.createElement("a");
      link.href = "{odd}/file"; link.click();
      throw Error("secret");
    """
    status, found = run(opened(site, f"<script>{script}</script>", "/hostile"), "--timeout", "8")

    assert (status, found["error"]) == (1, [""])
    assert "secret" not in found["printed"][0]
    assert any("errors that its scripts raise: 1" in each["says"] for each in found["page"])


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/never", "did not answer in time"),
        ("/file", "it is a download"),
        ("/plain", "no HTML page"),
        ("/to?file:///etc/passwd", "cannot be opened"),
        ("/to", "ERR_TOO_MANY_REDIRECTS"),
    ],
)
def test_what_is_no_page_is_unknown(odd: str, path: str, says: str) -> None:
    """Within the time that it was given, and without its address."""
    with pytest.raises(NotSeenError, match=says) as raised:
        open_page(odd + path, (), None, 4)
    assert odd not in str(raised.value)


def test_a_page_whose_scripts_never_end_is_left(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was seen until then is said; or that nothing was."""
    monkeypatch.setattr(browser, "_ENDING", 1.0)
    address = opened(site, "<script>setTimeout(() => { while (1); }, 200)</script>", "/loop")

    try:
        seen = open_page(address, (), None, 6)
    except NotSeenError as error:
        assert "never end" in str(error)  # noqa: PT017 - either is right
    else:
        assert (seen.loaded, seen.commands) == (False, None)


def test_a_redirect_is_followed_and_said(site: Site, odd: str) -> None:
    """To another host, where the page is."""
    address = opened(site, "<p>x", "/home").replace(HOST, "localhost")
    seen = open_page(f"{odd}/to?{address}", (), None, 20)

    assert (seen.host, seen.asked_host) == ("localhost", HOST)


@pytest.fixture(scope="module")
def recording(
    site: Site, chromium_path: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str, str]:
    """A purchase as Playwright records it: where that is, and which client and session bought."""
    path = tmp_path_factory.mktemp("har") / "purchase.har"
    shown = opened(site, shop(GRANTED, more=PURCHASE) + FORM, "/checkout")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        context = chromium.new_context(record_har_path=path)
        page = context.new_page()
        with page.expect_request_finished(lambda request: COLLECT in request.url):
            page.goto(shown)
        cookies = {it["name"]: it["value"] for it in context.cookies()}
        context.close()
        chromium.close()
    client = cookies["_ga"].removeprefix("GA1.1.")
    return str(path), client, client.partition(".")[2]


@pytest.mark.parametrize(
    ("metadata", "levels"),
    [
        ({}, {"purchase": "ok", "purchase client": "ok", "purchase session": "ok"}),
        ({"order_id": "ORDER-2"}, {"purchase": "error"}),
        ({"ga_client_id": "1.2"}, {"purchase": "ok", "purchase client": "error"}),
        ({"ga_client_id": ""}, {"purchase": "ok", "purchase client": "warning"}),
        ({"ga_session_id": "1763990001"}, {"purchase": "ok", "purchase session": "warning"}),
        ({"order_id": "7", "ga_transaction_id": "ORDER-1"}, {"purchase": "ok"}),
    ],
)
def test_a_recorded_purchase_is_held_against_its_delivery(
    recording: tuple[str, str, str],
    run: Run,
    tmp_path: Path,
    metadata: dict[str, str],
    levels: dict[str, str],
) -> None:
    """By the rules of the mapping; whose visit it was stays unsaid."""
    path, client, session = recording
    carried = {"order_id": "ORDER-1", "ga_client_id": client, "ga_session_id": session, **metadata}
    body = event(checkout_session(metadata={key: it for key, it in carried.items() if it}))
    delivery = tmp_path / "delivery.json"
    delivery.write_text(json.dumps({"provider": "stripe", "body": body}))
    status, found = run("--har", path, "--delivery", str(delivery))

    assert {name: found[name][0]["level"] for name in levels} == levels
    assert (status == 1) == ("error" in levels.values())
    assert found[f"tag {STREAM}"][0]["level"] == "ok"
    assert client not in found["printed"][0]
    assert session not in found["printed"][0]


def test_what_the_server_sends_is_named_once(
    recording: tuple[str, str, str], run: Run, tmp_path: Path
) -> None:
    """By its id, or by a delivery that becomes a purchase."""
    path, _, _ = recording
    assert run("--har", path, "--transaction-id", "ORDER-1")[0] == 0
    status, found = run("--har", path)
    assert (status, found["purchase"][0]["level"]) == (1, "unknown")

    other = tmp_path / "other.json"
    other.write_text(json.dumps({"provider": "stripe", "body": event({}, "customer.created")}))
    for more, says in (
        (["--transaction-id", "a", "--delivery", "b"], "take one of them"),
        (["--transaction-id", " "], "is empty"),
        (["--delivery", str(other)], "becomes a purchase"),
        (["--delivery", "none"], "--delivery: none cannot be read"),
        (["http://other.example/"], "shows no page of other.example"),
    ):
        status, found = run("--har", path, *more)
        assert (status, says in found["error"][0]) == (2, True)
    assert "which page?" in run()[1]["error"][0]
