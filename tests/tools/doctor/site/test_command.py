"""`connectors doctor site`: the settings it judges by."""

import json
from pathlib import Path
from typing import Final

import pytest

from tests.tools.doctor.site.pages_seen import har, page
from tools.doctor.finding import Finding, Level
from tools.doctor.site.command import Options, examine
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
