"""Where a command's settings come from: a file, a deployment, and the environment over both."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.settings.shapes import setting_names
from tests.support.gcp_server import GcpServer
from tests.tools.doctor import deployment as d
from tools.errors import FailedError, UsageError
from tools.settings_source import SettingsSource

STORE = "sqlite:of-the-file.sqlite"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and an environment without settings."""
    for name in setting_names():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_named_file_is_read(folder: Path) -> None:
    """And is named as where the settings come from."""
    (folder / "mine.env").write_text(f"STORE={STORE}\n")

    loaded = SettingsSource(settings="mine.env").load()

    assert loaded.of()["STORE"] == STORE
    assert loaded.origin == "mine.env"


def test_the_file_of_this_folder_is_found(folder: Path) -> None:
    """It is called settings.env."""
    (folder / "settings.env").write_text(f"STORE={STORE}\n")

    assert SettingsSource().load().of() == {"STORE": STORE}


def test_the_environment_overrides_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only with settings, and an empty one is none; both places are named."""
    (folder / "settings.env").write_text(f"STORE={STORE}\nVALUE_BASIS=gross\n")
    monkeypatch.setenv("STORE", "sqlite:of-the-environment.sqlite")
    monkeypatch.setenv("VALUE_BASIS", " ")

    loaded = SettingsSource().load()

    assert loaded.of() == {"STORE": "sqlite:of-the-environment.sqlite", "VALUE_BASIS": "gross"}
    assert loaded.origin == "settings.env and the environment (STORE)"


def test_without_any_place_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever forgot the file learns which one was looked for."""
    monkeypatch.setenv("STORE", STORE)

    assert SettingsSource().load().origin == "the environment (STORE); there is no ./settings.env"


@pytest.mark.parametrize(
    "printed",
    [
        pytest.param(lambda settings: settings, id="output settings"),
        pytest.param(lambda settings: {"settings": {"value": settings, "type": []}}, id="output"),
        pytest.param(
            lambda settings: {"settings": settings, "store": STORE},
            id="output connectors, of an example",
        ),
        pytest.param(
            lambda settings: {"connectors": {"value": {"settings": settings}, "type": []}},
            id="output, of an example",
        ),
    ],
)
def test_terraforms_output_is_read(
    folder: Path, printed: Callable[[dict[str, dict[str, str]]], object]
) -> None:
    """Each function has its own settings; what it lacks is taken from the others."""
    settings = {
        "payment_webhook": {"STORE": STORE, "RENEWALS_TOPIC": "projects/shop/topics/renewals"},
        "reconciliation": {"STORE": STORE, "GA4_EXPORT": "shop.analytics_1"},
    }
    (folder / "settings.json").write_text(json.dumps(printed(settings)))

    loaded = SettingsSource(settings="settings.json").load()

    assert loaded.exactly("payment_webhook") == settings["payment_webhook"]
    assert loaded.of("reconciliation")["RENEWALS_TOPIC"] == "projects/shop/topics/renewals"


def test_the_deployed_functions_are_asked() -> None:
    """By the reader that the doctor uses."""
    answers = d.healthy("https://payment.example", "https://www.google-analytics.com")

    async def ask() -> dict[str, str]:
        async with GcpServer(answers) as server:
            source = SettingsSource(from_gcp=d.PROJECT, region=d.REGION, stand_in=server.url)
            return (await asyncio.to_thread(source.load)).of()

    listed = answers[d.FUNCTIONS]
    assert isinstance(listed, dict)
    serving = listed["functions"][0]["serviceConfig"]
    assert asyncio.run(ask()).items() >= serving["environmentVariables"].items()


@pytest.mark.parametrize("answer", [403, {}], ids=["refused", "nothing there"])
def test_a_deployment_that_cannot_be_read_is_a_failure(answer: object) -> None:
    """Not an empty set of settings."""

    async def ask() -> None:
        async with GcpServer({d.FUNCTIONS: answer}) as server:  # type: ignore[dict-item]
            source = SettingsSource(from_gcp=d.PROJECT, region=d.REGION, stand_in=server.url)
            await asyncio.to_thread(source.load)

    with pytest.raises(FailedError, match="--from-gcp"):
        asyncio.run(ask())


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("whsec_c2VjcmV0\n", "line 1 is not NAME=value"),
        ("STORE=x\nwhsec_c2VjcmV0==\n", "line 2 is not NAME=value"),
        ('{"whsec_c2VjcmV0": "x"}', "names are in capitals"),
        ('{"whsec_c2VjcmV0": ', "no JSON object"),
        ('{"payment_webhook": ["whsec_c2VjcmV0"]}', "takes an object of settings"),
    ],
)
def test_a_file_that_is_none_is_refused(folder: Path, text: str, problem: str) -> None:
    """Nothing of it is repeated: a secret may have been pasted there."""
    (folder / "settings.env").write_text(text)

    with pytest.raises(UsageError, match=problem) as caught:
        SettingsSource().load()
    assert "c2VjcmV0" not in str(caught.value)


def test_two_places_at_once_are_wrong_usage(folder: Path) -> None:
    """Nobody could say which one counts."""
    (folder / "a.env").write_text("")

    with pytest.raises(UsageError, match="take one of them"):
        SettingsSource(settings="a.env", from_gcp="shop").load()
