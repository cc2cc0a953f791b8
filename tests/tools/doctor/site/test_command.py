"""`connectors doctor site`: the address, the browser and the settings that it needs."""

import json
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.support.forks import run_connectors
from tests.support.local_stack import clean_environment
from tests.tools.doctor.site.pages_seen import har, page
from tools.doctor.finding import Finding, Level
from tools.doctor.site.browser import checked, open_page
from tools.doctor.site.command import Options, examine
from tools.errors import FailedError, UsageError
from tools.loaded_settings import LoadedSettings
from tools.settings_file import SettingsOf

STREAMS: Final = {
    "live": {"measurement_id": "G-LIVE1", "api_secret": "file:none"},
    "app": {"firebase_app_id": "1:2:ios:3", "api_secret": "file:none"},
    "test": {"measurement_id": "G-TEST1", "api_secret": "file:none"},
}
ROUTES: Final = json.dumps([{"when": {"live": False}, "to": "test"}, {"to": "live"}])
TAG: Final = '<script src="/ga4-context.js" data-measurement-id="G-LIVE1, G-TEST1, G-X"></script>'


def found(path: Path, settings: dict[str, str]) -> list[Finding]:
    """Return what is found of a page with the snippet."""
    file = har(path / "f", page(html=TAG), page("https://www.shop.example.com/ga4-context.js"))
    options = Options(None, file, None, None, None, 1)
    return examine(options, LoadedSettings(SettingsOf(every=settings), {}, "the test"))


@pytest.mark.parametrize(
    ("settings", "strangers"),
    [
        ({"STREAMS": json.dumps(STREAMS), "ROUTES": ROUTES}, "G-X: none"),
        ({"STREAMS": json.dumps(STREAMS)}, "G-X: none"),
        ({"GA4_MEASUREMENT_ID": "G-LIVE1"}, "G-TEST1, G-X: none"),
    ],
)
def test_the_streams_are_those_of_the_settings(
    tmp_path: Path, settings: dict[str, str], strangers: str
) -> None:
    """All web streams, without their secrets; none where they cannot be read."""
    ids = [each.says for each in found(tmp_path, settings) if each.about == "snippet ids"]

    assert any(says.startswith(strangers) for says in ids)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "no measurement id"),
        ({"STREAMS": "{"}, "cannot be read"),
        ({"GA4_MEASUREMENT_ID": "UA-1"}, "cannot be read"),
        ({"STREAMS": json.dumps({**STREAMS, "a": {"measurement_id": "X"}})}, "cannot be read"),
        ({"STREAMS": json.dumps({**STREAMS, "B": STREAMS["live"]})}, "cannot be read"),
        ({"STREAMS": json.dumps({"app": STREAMS["app"]})}, "no measurement id"),
    ],
)
def test_settings_without_a_web_stream_are_said(
    tmp_path: Path, settings: dict[str, str], says: str
) -> None:
    """As unknown, with what to do."""
    (only,) = [each for each in found(tmp_path, settings) if each.about == "settings"]

    assert (only.level, says in only.says) == (Level.UNKNOWN, True)


@pytest.mark.parametrize(
    "url",
    """file:///etc/passwd chrome://version about:blank javascript:alert(1) data:text/html,x
    https://name:secret@shop.example.com/ https:///x shop.example.com http://[::1 http://a:x/
    ftp://a/ view-source:https://a/""".split(),
)
def test_an_address_of_another_kind_is_refused(url: str) -> None:
    """Before anything is started, and without the address."""
    with pytest.raises(UsageError, match=r"^URL: ") as raised:
        checked(url)
    assert "secret" not in str(raised.value)


def test_without_a_browser_the_message_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever of both is missing."""
    done = run_connectors(
        *("doctor", "site", "http://127.0.0.1:9/", "--chromium", "/nowhere/chromium", "--json"),
        environ=clean_environment(GA4_MEASUREMENT_ID="G-LIVE1"),
        working_folder=tmp_path,
    )
    assert (done.status, done.out) == (1, "")
    assert "/nowhere/chromium does not start; install it, name it by" in done.error

    monkeypatch.setitem(sys.modules, "playwright.async_api", None)
    with pytest.raises(FailedError, match=r"Playwright is missing: .* --har"):
        open_page("http://127.0.0.1:9/", (), None, 1)
