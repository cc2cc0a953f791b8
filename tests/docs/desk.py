"""A desk to run the pages' commands at: a real stack, and a folder with settings for it."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

from tests.support import loopback
from tests.support.forks import run_connectors
from tests.support.local_stack import ServedStack
from tests.support.places import ROOT


class Desk:
    """A stack, and a folder with the examples and settings for it."""

    def __init__(self, stack: ServedStack, folder: Path) -> None:
        """Fill the folder.

        Args:
            stack: Where deliveries go.
            folder: An empty one.
        """
        self.stack = stack
        self.folder = folder
        shutil.copytree(ROOT / "examples", folder / "examples")
        for secret in ("api_secret", "stripe_secret", "revenuecat_secret"):
            self.write(secret, "whsec_local")
        self.write(
            "settings.env",
            "GA4_MEASUREMENT_ID=G-LOCAL00001\nGA4_API_SECRET=file:api_secret\n"
            f"STORE={stack.line['store']}\n"
            'PAYMENT_PROVIDERS={"stripe": {"secret": "file:stripe_secret"}}\n',
        )

    def write(self, name: str, text: str) -> None:
        """Write a file of the folder, which only its owner may read."""
        (self.folder / name).write_text(text)
        (self.folder / name).chmod(0o600)

    def change(self, before: str, after: str) -> None:
        """Change a line of the settings."""
        settings = (self.folder / "settings.env").read_text()
        assert before in settings
        self.write("settings.env", settings.replace(before, after))

    def fault(self, **fault: object) -> None:
        """Let the local GA4 misbehave; nothing: no longer."""
        loopback.post(f"{self.stack.line['collector']}/faults", json=fault).raise_for_status()

    def trigger(self, *arguments: str) -> str:
        """Send something; return the id of its order, or else of its event."""
        said = self.stack.trigger(*arguments).out
        found = re.search(r"(?:ORDER|SALE)-\w+", said) or re.search(r"evt_\w+|\b\d{10,}\b", said)
        assert found is not None, said
        return found[0]

    def show(self, cell: str) -> str:
        """Run the command of a row here; return all it says."""
        places = [self.stack.line["collector"], *self.stack.line["functions"].values()]
        for number, place in enumerate(places):
            cell = cell.replace(f"127.0.0.1:{8787 + number}", place.removeprefix("http://"))
        cell = cell.replace("--port 8787", f"--port {places[0].rpartition(':')[2]}")
        if not cell.startswith("connectors "):
            return bash(cell)
        words = shlex.split(cell)[1:]
        if words[0] in ("trigger", "explain") and not {"--url", "--collector"} & set(words):
            words += ["--collector", places[0]]
        environ = {"PATH": os.environ["PATH"]}
        ran = run_connectors(*words, environ=environ, working_folder=self.folder)
        assert "Traceback" not in ran.error
        return ran.out + ran.error


def bash(command: str) -> str:
    """Return what a command of a shell says."""
    done = subprocess.run(  # noqa: S603 - the page's own, or our own
        ["bash", "-c", command],  # noqa: S607 - on the PATH
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.stdout + done.stderr
