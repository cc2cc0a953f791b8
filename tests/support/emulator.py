"""Google's own emulators in tests: skipped where they are missing, except in CI."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tools.errors import FailedError
from tools.stand_ins import emulator as google


@contextmanager
def emulator(product: str, *options: str, folder: Path) -> Iterator[str]:
    """Run an emulator of Google's; its `host:port`.

    Args:
        product: gcloud's name of it.
        options: More of gcloud's options.
        folder: Where it and gcloud keep what they keep.
    """
    with ExitStack() as stack:
        try:
            address = stack.enter_context(google.emulator(product, *options, folder=folder))
        except FailedError as error:
            if os.environ.get("CI") == "true":
                pytest.fail(str(error))
            pytest.skip(str(error))
        yield address
