"""Which worker runs which tests: those that share something slow to start run in one.

Each worker has emulators and a browser of its own, so that what needs one goes to the worker that
has it. Everything else is handed out file by file, what takes long first.
"""

from typing import Final

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

_TOGETHER: Final[dict[str, tuple[str, ...]]] = {
    "Pub/Sub's emulator": (
        "tests/pubsub/",
        "tests/google_cloud/test_topics.py",
        "tests/tools/deadletters/",
        "tests/tools/publish/test_command.py",
        "tests/tools/pubsub/",
        "tests/handlers/test_renewals_topic.py",
    ),
    "Firestore's emulator": (
        "tests/stores/",
        "tests/consent/test_matrix.py",
        "tests/sources/test_distant.py",
        "tests/tools/ledger/",
        "tests/functions/test_capture_race.py",
    ),
    "Chromium": ("tests/browser/", "tests/page/"),
}
# Begun last, one of these would keep one worker busy while the others are done.
_FIRST: Final = (
    *_TOGETHER.values(),
    ("tests/tools/demo/test_command.py",),
    ("tests/functions/", "tests/tools/"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long; the order of the rest stays."""

    def turn(item: pytest.Item) -> int:
        turns = (number for number, paths in enumerate(_FIRST) if item.nodeid.startswith(paths))
        return next(turns, len(_FIRST))

    items.sort(key=turn)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> "ByNeed":
    """Hand tests out by what they need, whatever `--dist` says."""
    config.option.loadscopereorder = False
    return ByNeed(config, log)


class ByNeed(LoadFileScheduling):  # type: ignore[misc] # xdist ships no types
    """Hands out files, and what belongs together as if it were one file."""

    def _split_scope(self, nodeid: str) -> str:
        for name, paths in _TOGETHER.items():
            if nodeid.startswith(paths):
                return name
        return str(super()._split_scope(nodeid))
