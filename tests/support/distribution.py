"""In which order workers get the tests, and which tests wait for `make test-browser`.

They are handed out file by file, what takes long first.
"""

from typing import Final

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

# Begun last, one of these would keep one worker busy while the others are done. What waits stands
# beside what computes, so that both cores have something to do.
_FIRST: Final = (
    "tests/tools/demo/test_command.py",
    "tests/consent/test_matrix.py",
    "tests/tools/test_child_processes.py",
    "tests/tools/explain/test_stack.py",
    "tests/pubsub/",
    "tests/tools/trigger/test_names.py",
    "tests/tools/test_serve.py",
    "tests/consent/test_reach.py",
    "tests/functions/test_secrets.py",
    "tests/golden/",
    "tests/tools/reconcile/test_every_record.py",
    "tests/providers/test_registry.py",
    "tests/page/test_screens.py",
    "tests/tools/doctor/site/test_browser.py",
    "tests/functions/",
    "tests/tools/",
    "tests/page/",
    "tests/browser/",
    "tests/google_cloud/",
)


@pytest.hookimpl(tryfirst=True)  # before `-m` looks at the markers
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs Chromium, and begin with what takes long; the order of the rest stays."""

    def turn(item: pytest.Item) -> int:
        turns = (number for number, path in enumerate(_FIRST) if item.nodeid.startswith(path))
        return next(turns, len(_FIRST))

    for item in items:
        if "chromium_path" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
    items.sort(key=turn)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Hand tests out file by file, whatever `--dist` says."""
    config.option.loadscopereorder = False
    return LoadFileScheduling(config, log)
