"""The capture of docs/guides/captures.md is run as it stands there."""

import os
import re
import shutil
import subprocess

import pytest

from tests.functions.capturing import Capturing
from tests.support.places import ROOT
from tools.functions import FUNCTIONS
from tools.local_settings import SIGNING_SECRETS

TOOLS = ("sh", "openssl", "curl", "od")


LACKS = not all(map(shutil.which, TOOLS)) and os.environ.get("CI") != "true"


@pytest.mark.skipif(LACKS, reason=f"needs {', '.join(TOOLS)}")
def test_the_capture_that_the_guide_shows_is_stored(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Signed by openssl with the local stack's secret, and found under both references."""
    guide = (ROOT / "docs/guides/captures.md").read_text(encoding="utf-8")
    found = re.search(r"```sh\n(url=.*?)```", guide, re.DOTALL)
    assert found is not None
    _, secret = SIGNING_SECRETS["capture"]
    folder = tmp_path_factory.mktemp("guide")
    with Capturing(folder, GA4_MEASUREMENT_ID="G-LOCAL00001", secret=secret) as function:
        # Where `make serve` starts it: after the collector and the functions before it.
        place = [each.name for each in FUNCTIONS].index("context_capture")
        assert f"url=http://127.0.0.1:{8788 + place} " in found[1]
        script = re.sub(r"url=\S+", f"url={function.url}", found[1], count=1)

        done = subprocess.run(  # noqa: S603 - the guide's own
            ["/bin/sh", "-euc", script], capture_output=True, text=True, timeout=30, check=True
        )

        assert '"outcome":"stored"' in done.stdout
        kept = function.kept("ORD-9")
        assert kept is not None
        assert kept == function.kept("cs_test_a1B2c3D4e5F6g7H8")
        assert (kept.client_id, kept.session_id) == ("1234567890.1764000000", 1764000000)
