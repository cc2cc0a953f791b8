"""What is deployed, as a software bill of materials: `python -m tools.sbom LOCK`.

CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/), made of the hashed lock alone: no network, and
the same lock is the same document. Licences are not in a lock, so they are not in here.
"""

import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_PROJECT: Final = Path(__file__).resolve().parents[1] / "pyproject.toml"
_PIN: Final = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)")
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_PARENT: Final = re.compile(r"^\s+#\s+(?:via\s+)?(?P<name>[A-Za-z0-9._-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Package:
    """One package of a lock.

    Attributes:
        name: Its name, as indexes write it.
        version: The one version.
        hashes: SHA-256 of every file that may be installed.
        parents: Who wants it: other packages, or the project.
    """

    name: str
    version: str
    hashes: tuple[str, ...]
    parents: tuple[str, ...]

    @property
    def purl(self) -> str:
        """Its package URL (https://github.com/package-url/purl-spec)."""
        return f"pkg:pypi/{self.name}@{self.version}"


def read_lock(text: str) -> list[Package]:
    """Return the packages of a hashed lock, in its order.

    Args:
        text: As `uv pip compile --generate-hashes` writes it, with its comments.
    """
    return list(_packages(text))


def bill_of_materials(text: str, *, name: str, version: str) -> dict[str, Any]:
    """Return a lock as a CycloneDX document.

    Args:
        text: The lock.
        name: The project's name.
        version: Its version.
    """
    packages = read_lock(text)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        # Of the lock's own text: whoever makes it again gets the same.
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, text)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": name,
                "name": name,
                "version": version,
            }
        },
        "components": [
            {
                "type": "library",
                "bom-ref": package.purl,
                "name": package.name,
                "version": package.version,
                "purl": package.purl,
                "hashes": [{"alg": "SHA-256", "content": each} for each in package.hashes],
            }
            for package in packages
        ],
        "dependencies": _dependencies(packages, name),
    }


def _packages(text: str) -> Iterator[Package]:
    starts = [found for found in re.finditer(_PIN, text) if _is_at_line_start(text, found.start())]
    ends = [found.start() for found in starts[1:]] + [len(text)]
    for found, end in zip(starts, ends, strict=False):
        whole = text[found.start() : end]
        yield Package(
            name=re.sub(r"[-_.]+", "-", found["name"]).lower(),
            version=found["version"],
            hashes=tuple(_HASH.findall(whole)),
            parents=tuple(parent for parent in _PARENT.findall(whole) if parent != "via"),
        )


def _is_at_line_start(text: str, at: int) -> bool:
    return at == 0 or text[at - 1] == "\n"


def _dependencies(packages: Sequence[Package], name: str) -> list[dict[str, Any]]:
    """Return who needs whom, the project first."""
    named = {name: name} | {package.name: package.purl for package in packages}
    wanted: dict[str, list[str]] = {reference: [] for reference in named.values()}
    for package in packages:
        for parent in package.parents:
            if parent in named:
                wanted[named[parent]].append(package.purl)
    return [{"ref": ref, "dependsOn": sorted(needs)} for ref, needs in wanted.items()]


def main() -> None:
    """Print the bill of materials of the lock that is named on the command line."""
    (lock,) = sys.argv[1:]
    project = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]
    text = Path(lock).read_text(encoding="utf-8")
    document = bill_of_materials(text, name=project["name"], version=project["version"])
    sys.stdout.write(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
