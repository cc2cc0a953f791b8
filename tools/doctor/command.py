"""Running the doctor from its options to its exit status."""

import asyncio
import getpass
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from shared.reconciliation.handler import RECONCILIATION
from shared.settings.shapes import SHAPES
from tools.doctor import ledger, local, provider_keys, sample
from tools.doctor.checklist import checklist, confirm, without_confirmed
from tools.doctor.finding import Finding, Level, unknown
from tools.doctor.gcp import command as gcp
from tools.doctor.gcp.apis import stand_in_base
from tools.doctor.site import command as site
from tools.errors import FailedError, UsageError
from tools.loaded_settings import LoadedSettings
from tools.terminal import Terminal

_CONFIRMED: Final = ".confirmed.json"


def run_local(loaded: LoadedSettings, function: str | None, *, ask: bool, as_json: bool) -> int:
    """Check settings.

    Args:
        loaded: The settings.
        function: Whose they are; None for every function's.
        ask: Whether the debug server is asked, and the API of each provider with a key.
        as_json: Print one JSON object for each finding.

    Returns:
        The exit status.

    Raises:
        UsageError: There is no such function.
    """
    if function is not None and function not in SHAPES:
        raise UsageError(f"--function: there is {', '.join(sorted(SHAPES))}")
    findings = local.examine_loaded(loaded, function)
    if ask:
        findings += _asked(loaded.of())
        findings += asyncio.run(_keys(loaded.of(RECONCILIATION)))
    return report(findings, as_json=as_json, origin=loaded.origin)


def run_gcp(
    project: str, region: str, stand_in: str | None, prefix: str | None, *, as_json: bool
) -> int:
    """Check a deployment.

    Args:
        project: The project's id.
        region: Where the functions are.
        stand_in: A stand-in of Google's APIs on loopback.
        prefix: Which of several deployments of the project; None for all.
        as_json: Print one JSON object for each finding.

    Returns:
        The exit status.

    Raises:
        UsageError: The stand-in is none on loopback.
        FailedError: There are no credentials.
    """
    base = stand_in_base(stand_in)
    return report(asyncio.run(gcp.examine(project, region, base, prefix)), as_json=as_json)


def run_site(loaded: LoadedSettings, options: site.Options, *, as_json: bool) -> int:
    """Look at a shop's page.

    Args:
        loaded: The settings.
        options: Which page or recording, and what the server will send.
        as_json: Print one JSON object for each finding.

    Returns:
        The exit status.

    Raises:
        UsageError: The options do not belong together, or a file cannot be read.
        FailedError: There is no browser that starts.
    """
    return report(site.examine(options, loaded), as_json=as_json, origin=loaded.origin)


def run_checklist(  # noqa: PLR0913 - one option each
    loaded: LoadedSettings,
    project: str | None,
    region: str,
    stand_in: str | None,
    *,
    confirmed: Sequence[str],
    as_json: bool,
) -> int:
    """Walk the launch checklist, and print everything that was found on the way.

    Args:
        loaded: The settings.
        project: A deployment's project, to be looked at.
        region: Where its functions are.
        stand_in: A stand-in of Google's APIs on loopback.
        confirmed: The points that a person confirms now.
        as_json: Print one JSON object for each finding.

    Returns:
        The exit status: 0 when every point holds or is confirmed, and nothing else is wrong.

    Raises:
        UsageError: There is no such point, or the stand-in is none on loopback.
    """
    base = stand_in_base(stand_in)
    beside = loaded.path or Path("checklist")
    said = confirm(
        beside.with_name(beside.name + _CONFIRMED), confirmed, _user(), datetime.now(UTC)
    )
    findings: list[Finding] = []
    if loaded.of():
        findings += local.examine_loaded(loaded, None)
    findings += ledger.examine(loaded)
    if project is not None:
        try:
            findings += asyncio.run(gcp.examine(project, region, base))
        except FailedError as failure:
            findings.append(unknown(f"deployment in {project}", str(failure), "then look again"))
    points = list(checklist(findings, said))
    shown = without_confirmed(findings, said)
    return report([*points, *shown], as_json=as_json, origin=loaded.origin)


def _user() -> str:
    """Return who asks: a user's name, or the number of one that has none, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


async def _keys(settings: Mapping[str, str]) -> list[Finding]:
    return [finding async for finding in provider_keys.examine(settings)]


def _asked(settings: Mapping[str, str]) -> list[Finding]:
    streams = sample.streams_in(settings)
    if not streams:
        raise UsageError("--ask needs GA4_MEASUREMENT_ID or STREAMS in the settings")

    endpoint = sample.data_manager_in(settings)

    async def ask() -> list[Finding]:
        return [finding for each in streams for finding in await sample.examine(each, endpoint)]

    return asyncio.run(ask())


_STYLES: Final = {
    Level.OK: "green",
    Level.WARNING: "yellow",
    Level.UNKNOWN: "magenta",
    Level.ERROR: "red",
}


def report(findings: Sequence[Finding], *, as_json: bool, origin: str | None = None) -> int:
    """Print findings.

    Args:
        findings: What was found.
        as_json: Print one JSON object for each.
        origin: Where the settings come from, as shown to people.

    Returns:
        The exit status: 1 where something is an error, or could not be looked at.
    """
    if as_json:
        for finding in findings:
            sys.stdout.write(json.dumps(asdict(finding)) + "\n")
    else:
        _show(findings)
        if origin:
            sys.stdout.write(f"settings: {origin}\n")
    return 1 if any(f.level in (Level.ERROR, Level.UNKNOWN) for f in findings) else 0


def _show(findings: Sequence[Finding]) -> None:
    console = Terminal(soft_wrap=True)
    order = list(_STYLES)
    for finding in sorted(findings, key=lambda found: order.index(found.level)):
        fix = f" → {finding.fix}" if finding.fix else ""
        console.print(f"{finding.level.value:<8}", style=_STYLES[finding.level], end="")
        console.one_line(f"{finding.about}: {finding.says}{fix}")
    counts = ", ".join(
        f"{sum(found.level is level for found in findings)} {level.value}" for level in order
    )
    console.print(counts)
