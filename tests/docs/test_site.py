"""The site that `make docs` builds: whole, and without another host."""

import os
import re
import subprocess
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Final, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from shared.providers.registry import PROVIDERS
from tests.support.places import ROOT

BUILDER: Final = ROOT / ".venv-docs/bin/mkdocs"
_LOADED: Final = re.compile(r'<(?:script|img|iframe|source|link)\b[^>]*?\b(?:src|href)="([^"]+)"')
_READ: Final = (
    "index.html",
    "concepts/attribution.html",
    "deploy/terraform.html",
    "reference/settings.html",
    "404.html",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site; `make docs` makes the environment that builds it."""
    if not BUILDER.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("make docs comes first")
        pytest.skip("make docs makes what builds the site")
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(  # noqa: S603 - a command of our own
        [BUILDER, "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The site, served."""
    handler = partial(_Quiet, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join(timeout=10)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_no_page_names_another_host_to_load_from(site: Path) -> None:
    """Scripts, styles, pictures and fonts lie beside the pages."""
    pages = sorted(site.rglob("*.html"))
    foreign = {
        (page.name, address)
        for page in pages
        for address in _LOADED.findall(page.read_text(encoding="utf-8"))
        if urlsplit(address).netloc
    }

    assert len(pages) > 100
    assert foreign == set()


def test_no_style_loads_from_another_host(site: Path) -> None:
    """Neither fonts nor pictures."""
    styles = list(site.rglob("*.css"))

    assert styles
    assert [s.name for s in styles if re.search(r"url\(['\"]?https?:", s.read_text("utf-8"))] == []


@pytest.mark.parametrize("page", _READ)
def test_reading_a_page_asks_no_other_host(chromium: Browser, address: str, page: str) -> None:
    """Everything the browser asks for is the site's, and is there."""
    asked, failed = [], []
    opened = chromium.new_page()
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("requestfailed", lambda request: failed.append(request.url))
    opened.goto(address + page, wait_until="networkidle")
    opened.close()

    assert asked
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert failed == []


def test_the_search_finds_a_setting_without_a_server(chromium: Browser, site: Path) -> None:
    """Opened as a file, as after a download."""
    opened = chromium.new_page()
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto((site / "index.html").as_uri())
    opened.keyboard.press("f")
    opened.locator("[data-md-component=search-query]").press_sequentially("OWNER_WAIT")
    opened.locator(".md-search-result__item").first.wait_for(timeout=20_000)
    texts = opened.locator(".md-search-result__item").all_inner_texts()
    opened.close()

    assert any("Settings" in text for text in texts)
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


def test_a_link_to_the_code_shows_the_code(site: Path) -> None:
    """As text, beside the pages."""
    page = (site / "reference/log.html").read_text(encoding="utf-8")

    assert "../source/shared/observability/events.py.txt" in page
    copied = site / "source/shared/observability/events.py.txt"
    assert copied.read_bytes() == (ROOT / "shared/observability/events.py").read_bytes()


def test_the_navigation_leads_to_each_provider(site: Path) -> None:
    """A new provider's page is there without a word in mkdocs.yml."""
    page = (site / "providers/index.html").read_text(encoding="utf-8")

    assert [
        name for name in PROVIDERS if f'href="{name}.html" class="md-nav__link' not in page
    ] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_diagram_is_a_drawing_in_the_colours_of_the_reader(
    chromium: Browser, address: str, scheme: Literal["light", "dark"]
) -> None:
    """One of its two drawings is seen, it is whole, and no text of the diagram stands there."""
    opened = chromium.new_page(color_scheme=scheme)
    opened.goto(address + "deploy/terraform.html", wait_until="networkidle")
    seen = opened.locator("article img:visible")
    source = seen.get_attribute("src")
    width = seen.evaluate("picture => picture.complete && picture.naturalWidth")
    alternative = seen.get_attribute("alt")
    text = opened.locator("article").inner_text()
    opened.close()

    assert source is not None
    assert source.endswith(f"-{scheme}.svg#only-{scheme}")
    assert width > 100
    assert alternative
    assert "flowchart" not in text
