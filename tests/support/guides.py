"""The guides' own code, imported from where a reader finds it."""

import importlib.util
from types import ModuleType
from typing import Final

from tests.support.places import ROOT

GUIDES: Final = ROOT / "docs" / "guides"


def guide(name: str) -> ModuleType:
    """Return a module of `docs/guides/python`."""
    spec = importlib.util.spec_from_file_location(name, GUIDES / "python" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
