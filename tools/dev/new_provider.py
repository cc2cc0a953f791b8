"""`connectors dev new-provider`: a provider that works, to be changed into the real one."""

import re
import sys
from pathlib import Path
from typing import Final

from shared.providers.registry import PROVIDERS
from tools.dev.blocks import insist_on_clone
from tools.dev.providers import PAGES, ROOT
from tools.errors import FailedError, UsageError

_TEMPLATE: Final = Path(__file__).resolve().parent / "template"
_NAME: Final = re.compile(r"[a-z][a-z0-9]{1,30}", re.ASCII)
_PLACES: Final = {
    "provider": "shared/providers/{}",
    "golden": "tests/golden/cases/{}",
    "sender.py.txt": "tools/traffic/providers/{}.py",
    "page.md.txt": "docs/providers/{}.md",
    "ends.json": "tests/tools/trigger/ends/{}.json",
}
_NEXT: Final = """\
Now:
1. shared/providers/registry.py: add the name "{0}"
2. connectors dev providers                       # the tables, and Terraform's variable
3. GOLDEN=write pytest tests/golden -k {0}        # what GA4 receives; read the difference
4. Change shared/providers/{0} into what the provider says: docs/contributing/add-a-provider.md
"""


def run(name: str, root: Path = ROOT) -> int:
    """Write the files of a new provider; nothing that is there is changed.

    Args:
        name: Its name.
        root: The repository.

    Returns:
        The exit status.

    Raises:
        UsageError: It is no name, or there is such a provider.
        FailedError: A file is in the way, or this is no clone of the repository.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"'{name}' is no name: lower-case letters and digits, e.g. acme")
    if name in PROVIDERS:
        raise UsageError(f"there is a provider {name}: shared/providers/{name}")
    insist_on_clone(root, PAGES)
    files = {root / to: text for to, text in _files(name).items()}
    for path in files:
        if path.exists():
            raise FailedError(f"{path.relative_to(root)} is there already")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"wrote {path.relative_to(root)}\n")
    sys.stdout.write(_NEXT.format(name))
    return 0


def _files(name: str) -> dict[str, str]:
    """Return the template's files for a name: where each goes, and what stands in it."""
    found: dict[str, str] = {}
    for start, place in _PLACES.items():
        source, target = _TEMPLATE / start, place.format(name)
        for path in [source] if source.is_file() else sorted(source.rglob("*.*")):
            inner = path.relative_to(source).as_posix().removesuffix(".txt")
            text = path.read_text(encoding="utf-8")
            text = text.replace("acme", name).replace("Acme", name.capitalize())
            found[target if path == source else f"{target}/{inner}"] = text
    return found
