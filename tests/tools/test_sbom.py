"""The bill of materials says what is deployed, no more and no less."""

import json
import re
import subprocess
import sys

from tests.support.places import ROOT
from tools.sbom import bill_of_materials, read_lock

LOCK = (ROOT / "functions" / "requirements.txt").read_text(encoding="utf-8")
BILL = bill_of_materials(LOCK, name="ga4-connectors", version="1.0")


def test_every_package_that_is_deployed_is_in_it() -> None:
    """With its version and the hash of every file that may be installed."""
    pinned = dict(re.findall(r"^([a-z0-9-]+)(?:\[.*\])?==([^\s;]+)", LOCK, re.MULTILINE))
    told = {component["name"]: component["version"] for component in BILL["components"]}
    hashes = [entry["content"] for each in BILL["components"] for entry in each["hashes"]]

    assert told == pinned
    assert len(told) > 20
    assert sorted(hashes) == sorted(re.findall(r"sha256:([0-9a-f]{64})", LOCK))
    assert all(each["purl"].startswith("pkg:pypi/") for each in BILL["components"])


def test_it_says_who_needs_whom() -> None:
    """From the project to the last package: each is there for a reason."""
    needs = {entry["ref"]: entry["dependsOn"] for entry in BILL["dependencies"]}
    reached, waiting = set[str](), ["ga4-connectors"]
    while waiting:
        reference = waiting.pop()
        if reference not in reached:
            reached.add(reference)
            waiting += needs[reference]

    assert reached == {"ga4-connectors", *(each["purl"] for each in BILL["components"])}
    assert any(ref.startswith("pkg:pypi/msgspec@") for ref in needs["ga4-connectors"])


def test_the_same_lock_is_the_same_document() -> None:
    """So that two of them can be compared."""
    again = bill_of_materials(LOCK, name="ga4-connectors", version="1.0")
    other = bill_of_materials(LOCK + "\n", name="ga4-connectors", version="1.0")

    assert again == BILL
    assert other["serialNumber"] != BILL["serialNumber"]
    assert read_lock("") == []


def test_the_command_prints_it() -> None:
    """As `make sbom` does."""
    arguments = [sys.executable, "-m", "tools.sbom", "functions/requirements.txt"]
    printed = subprocess.run(arguments, cwd=ROOT, capture_output=True, check=True).stdout  # noqa: S603
    document = json.loads(printed)

    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert document["components"] == BILL["components"]
