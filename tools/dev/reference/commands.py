"""The page of commands: the help text of each, as the command line itself says it."""

import re
from typing import Final

from tools.cli import app

_HEADING: Final = re.compile(r"^#+ connectors(?: (.*))?$", re.MULTILINE)
_CONTENTS: Final = re.compile(
    r"^## Table of Contents\n.*?(?=^\*\*Commands)", re.MULTILINE | re.DOTALL
)
# How the process was started is no part of the command.
_USAGE: Final = re.compile(r"^(connectors[ \w-]*?) -m \S+", re.MULTILINE)
_EXAMPLE: Final = re.compile(r"(?:^    connectors .*\n(?: {4,}.*\n)*)+", re.MULTILINE)


def commands() -> str:
    """Return each command with its arguments and options."""
    text = _CONTENTS.sub("", app.generate_docs())
    text = _HEADING.sub(lambda found: f"## connectors {found[1]}" if found[1] else "", text)
    text = text.replace("(#connectors-install", "(#connectors---install")
    text = _USAGE.sub(r"\1", text.replace("```console\n", "```text\n"))
    lines = (line.rstrip() for line in _EXAMPLE.sub(_as_shell, text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


def _as_shell(found: re.Match[str]) -> str:
    commands_ = "\n".join(line[4:] for line in found[0].splitlines())
    return f"```sh\n{commands_.strip()}\n```\n"
