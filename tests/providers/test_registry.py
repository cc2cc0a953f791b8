"""What the registry says of a provider is so: its page, its golden cases, its test deliveries."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from shared.providers.provider import Capability, MetadataBy
from shared.providers.registry import PROVIDERS
from shared.settings.payment_webhook import APIS
from tests.support.places import ROOT
from tests.support.rows import every
from tools.dev.new_provider import run as new_provider
from tools.dev.providers import generated
from tools.errors import FailedError
from tools.traffic.kinds import KINDS

CASES: Final = ROOT / "tests/golden/cases"
Evidence = Callable[["Case"], bool]


class Case:
    """A golden case: its name, what GA4 received, and what was answered."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        bodies = json.loads((folder / "ga4.json").read_text(encoding="utf-8"))
        self.events: list[Any] = [event for body in bodies for event in body["events"]]
        self.about = (folder / "headers.json").read_text(encoding="utf-8")
        self.story = (folder / "story.md").read_text(encoding="utf-8").lower()

    def has(self, name: str, **params: object) -> bool:
        """Return whether GA4 received an event of a name with some parameters."""
        return any(
            event["name"] == name and params.items() <= event["params"].items()
            for event in self.events
        )

    def has_param(self, name: str) -> bool:
        """Return whether GA4 received a purchase with a parameter."""
        return any(e["name"] == "purchase" and e["params"].get(name) for e in self.events)


def purchase(kind: str) -> Evidence:
    """Return the evidence of a kind of purchase."""
    return lambda case: case.has("purchase", purchase_type=kind)


def says(words: str) -> Evidence:
    """Return the evidence of what GA4 cannot show: a case that tells it."""
    return lambda case: re.search(words, f"{case.name} {case.story}") is not None


# How each capability shows in a golden case of the provider's.
EVIDENCE: Final[dict[Capability, Evidence]] = {
    Capability.PURCHASE: purchase("one_time"),
    Capability.START: purchase("subscription_start"),
    Capability.RENEWAL: purchase("subscription_renewal"),
    Capability.TRIAL: lambda case: case.has("start_trial"),
    Capability.TRIAL_CONVERSION: lambda case: (
        case.has("trial_converted") or (says("trial")(case) and bool(case.events))
    ),
    Capability.REFUND: lambda case: case.has("refund"),
    Capability.PARTIAL_REFUND: lambda case: (
        case.has("refund") and says(r"part|half|one item")(case)
    ),
    Capability.DISPUTE: says("chargeback|dispute"),
    Capability.CANCELLATION: lambda case: case.has("subscription_cancelled"),
    Capability.PAYMENT_FAILED: lambda case: case.has("payment_failed"),
    Capability.TAX: lambda case: case.has_param("tax"),
    Capability.SHIPPING: lambda case: case.has_param("shipping"),
    Capability.ITEMS: lambda case: case.has_param("items"),
    Capability.TEST_MODE: says("test"),
}


def cases_of(name: str) -> list[Case]:
    """Return the golden cases of a provider."""
    return [Case(story.parent) for story in sorted((CASES / name).rglob("story.md"))]


@pytest.mark.parametrize("name", PROVIDERS)
@every("capability", sorted(EVIDENCE))
def test_what_a_provider_can_do_a_golden_case_shows(name: str, capability: Capability) -> None:
    """A cell of the table that nothing proves is a promise."""
    shown = [case.name for case in cases_of(name) if EVIDENCE[capability](case)]
    assert shown or capability not in PROVIDERS[name].capabilities


def test_the_generated_files_are_what_the_registry_says() -> None:
    """`connectors dev providers` writes them."""
    for path, text in generated(ROOT).items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, path


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_has_a_page_that_names_what_can_be_set(name: str) -> None:
    """Each option, each secret, each provider that it overlaps with, and what it was made from."""
    kind = PROVIDERS[name]
    page = (ROOT / f"docs/providers/{name}.md").read_text(encoding="utf-8")
    options = {*kind.options.__struct_fields__, *kind.references} - {"transaction_id_keys"}
    options = (options - kind.environment.keys()) | {v.name for v in kind.environment.values()}

    assert page.startswith(f"# {kind.title}\n")
    assert f"`/{name}`" in page
    assert [option for option in sorted(options) if f"`{option}`" not in page] == []
    assert [other for other in kind.overlaps if PROVIDERS[other].title not in page] == []
    assert "## What could not be verified" in page or kind.basis == "verified"
    assert re.findall(r"\]\((?!http)([^)#]+)\)", page)


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_can_be_tried_and_is_named_alike_everywhere(name: str) -> None:
    """There are test deliveries of it, and golden cases."""
    kind = PROVIDERS[name]

    assert kind.name == name
    assert [each for each in KINDS if each.startswith(f"{name}.")]
    assert cases_of(name)
    assert set(kind.overlaps) <= set(PROVIDERS) - {name}
    assert ("buyer_transaction_ids" in kind.options.__struct_fields__) <= (
        kind.metadata_by is MetadataBy.BUYERS
    )


def test_each_api_that_deliveries_need_has_a_setting() -> None:
    """It is named where the settings are read, so that no provider is loaded to ask for it."""
    assert set(APIS) == {name for name, kind in PROVIDERS.items() if kind.lookups is not None}
    assert all(kind.has_api_key >= kind.webhook_asks for kind in PROVIDERS.values())


@pytest.mark.parametrize("name", PROVIDERS)
def test_links_of_a_page_lead_somewhere(name: str) -> None:
    """From the folder the page is in."""
    folder = ROOT / "docs/providers"
    links = re.findall(r"\]\((?!http)([^)#]+)\)", (folder / f"{name}.md").read_text("utf-8"))

    assert [link for link in links if not (folder / link).exists()] == []


def test_an_installed_package_gets_no_new_provider(tmp_path: Path) -> None:
    """Its files would belong to nobody, and the next start would find half a provider."""
    with pytest.raises(FailedError, match="is no clone of the repository"):
        new_provider("acme", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_new_provider_is_new_files_and_one_name(tmp_path: Path) -> None:
    """What `connectors dev new-provider` writes works when its name is there: cases and page."""
    for top in ("shared", "tools", "tests", "docs", "functions"):
        shutil.copytree(ROOT / top, tmp_path / top)  # with its bytecode
    (tmp_path / "terraform").mkdir()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    before = _contents(tmp_path)

    new_provider("acme", tmp_path)
    registry = tmp_path / "shared/providers/registry.py"
    text = registry.read_text(encoding="utf-8")
    registry.write_text(text.replace('    "stripe",', '    "acme",\n    "stripe",'))
    _ran(tmp_path, "-m", "tools.dev", "providers")
    _ran(
        tmp_path,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/golden",
        "-k",
        "acme",
        golden="write",
    )

    after = _contents(tmp_path)
    changed = {path for path, was in before.items() if after.get(path) != was}
    assert changed == {"shared/providers/registry.py", "docs/providers/README.md"}
    said = _ran(
        tmp_path,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-k",
        "acme",
        "tests/golden",
        "tests/webhooks/test_hostile.py",
        "tests/providers/test_registry.py",
    )
    assert re.search(r"\b[1-9][0-9]+ passed", said)


def _contents(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def _ran(root: Path, *arguments: str, golden: str = "") -> str:
    """Run Python in a copy of the repository."""
    done = subprocess.run(  # noqa: S603 - our own Python
        [sys.executable, *arguments],
        cwd=root,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(root),
            "GOLDEN": golden,
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_provider_is_loaded_when_it_is_asked_for() -> None:
    """A shop has one or two: the others cost its cold starts nothing."""
    code = (
        "import sys; from shared.providers.registry import PROVIDERS; PROVIDERS['paddle'];"
        "print(sorted({n.split('.')[2] for n in sys.modules if n.endswith('.provider')}))"
    )
    said = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert said.strip() == "['paddle', 'provider']"
