"""Running the doctor from its options to its exit status."""

import asyncio
import os
from collections.abc import Mapping
from typing import Final

from shared.settings import SHAPES
from shared.settings.values import GLOBAL_HOST, endpoint, loopback
from tools.doctor import debug_sample, local
from tools.doctor.checklist import checklist
from tools.doctor.finding import Finding
from tools.doctor.gcp import command as gcp
from tools.doctor.report import report
from tools.doctor.settings_file import read_settings_file
from tools.errors import UsageError
from tools.local_settings import SETTINGS

_HTTP: Final = "http://"


def run_local(file: str | None, function: str | None, *, ask: bool, as_json: bool) -> int:
    """Check a settings file, or the environment.

    Returns:
        The exit status.

    Raises:
        UsageError: There is no such file or function.
    """
    if function is not None and function not in SHAPES:
        raise UsageError(f"--function: there is {', '.join(sorted(SHAPES))}")
    settings = _settings(file)
    findings = list(local.examine(settings, function))
    if ask:
        findings.append(_asked(settings))
    return report(findings, as_json=as_json)


def run_gcp(project: str, region: str, stand_in: str | None, *, as_json: bool) -> int:
    """Check a deployment.

    Returns:
        The exit status.

    Raises:
        UsageError: The stand-in is none on loopback.
        FailedError: There are no credentials.
    """
    return report(asyncio.run(gcp.examine(project, region, _base(stand_in))), as_json=as_json)


def run_checklist(
    file: str | None, project: str | None, region: str, stand_in: str | None, *, as_json: bool
) -> int:
    """Walk the launch checklist.

    Returns:
        The exit status. Raises as the two others.
    """
    findings: list[Finding] = []
    if file is not None:
        findings += local.examine(_settings(file), None)
    if project is not None:
        findings += asyncio.run(gcp.examine(project, region, _base(stand_in)))
    return report(list(checklist(findings)), as_json=as_json)


def _settings(file: str | None) -> Mapping[str, str]:
    if file is not None:
        return read_settings_file(file)
    return {name: value for name, value in os.environ.items() if name in SETTINGS}


def _asked(settings: Mapping[str, str]) -> Finding:
    where = endpoint(settings.get("GA4_ENDPOINT") or GLOBAL_HOST)
    stream = settings.get("GA4_MEASUREMENT_ID")
    if where is None or not stream:
        raise UsageError("--ask needs GA4_MEASUREMENT_ID and a GA4_ENDPOINT that can be one")
    return asyncio.run(debug_sample.examine(where, stream))


def _base(stand_in: str | None) -> str | None:
    if stand_in is None:
        return None
    if not stand_in.startswith(_HTTP) or loopback(stand_in.removeprefix(_HTTP)) is None:
        raise UsageError("--stand-in takes http://HOST:PORT on loopback")
    return stand_in
