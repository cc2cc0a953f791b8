"""The command in an environment of its own, as pipx, uv and pip make one from the built wheel."""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support import loopback
from tests.support.places import ROOT

pytestmark = pytest.mark.registry

_PURCHASE: Final = {
    "client_id": "1170316824.1700000000",
    "events": [
        {
            "name": "purchase",
            "params": {
                "transaction_id": "ORD-1",
                "currency": "EUR",
                "value": 10,
                "session_id": 1700000000,
                "engagement_time_msec": 1,
                "items": [{"item_id": "mug", "price": 10}],
            },
        }
    ],
}


@pytest.fixture(scope="module")
def connectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, installed from the wheel into an environment with nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    build = f"import hatchling.build; print(hatchling.build.build_wheel('{folder}'))"
    built = subprocess.run(
        [sys.executable, "-c", build], cwd=ROOT, check=True, capture_output=True, text=True
    )
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    wheel = folder / built.stdout.splitlines()[-1]
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel],
        check=True,
    )
    return folder / "env" / "bin" / "connectors"


@pytest.fixture
def environ() -> dict[str, str]:
    """An environment in which only the installed packages are found."""
    return {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}


def test_it_says_its_version(connectors: Path, environ: dict[str, str]) -> None:
    """The version of the package."""
    found = subprocess.run(
        [connectors, "--version"], env=environ, check=True, capture_output=True, text=True
    )

    assert found.stdout.strip() == "0.1.0"


def test_it_validates_a_file(connectors: Path, environ: dict[str, str], tmp_path: Path) -> None:
    """A purchase without consent is advice, no error."""
    payload = tmp_path / "payload.json"
    payload.write_text(json.dumps(_PURCHASE))
    found = subprocess.run(
        [connectors, "validate", "--json", payload],
        env=environ,
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )

    assert json.loads(found.stdout)["verdict"] == "advice"


@pytest.fixture
def addresses(
    connectors: Path, environ: dict[str, str], tmp_path: Path
) -> Iterator[dict[str, str]]:
    """Where each function of the installed local stack listens."""
    with subprocess.Popen(
        [connectors, "serve", "--json", "--port", "0"],
        env=environ,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as served:
        assert served.stdout is not None
        described = json.loads(served.stdout.readline())
        yield described["functions"]
        served.terminate()


def test_it_serves_every_function(addresses: dict[str, str]) -> None:
    """Each answers; what is sent is no event of anybody's."""
    answers = {
        name: loopback.post(url, content=b"{}").status_code for name, url in addresses.items()
    }

    assert answers.keys() >= {"payment_webhook", "subscription_renewal", "context_capture"}
    assert answers["payment_webhook"] == 400
