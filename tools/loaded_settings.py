"""Settings as a command found them, and where."""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from shared.errors import MisconfiguredError
from shared.settings.common import read_pubsub_emulator
from shared.settings.reader import Reader, read_settings
from shared.settings.shapes import setting_names
from tools.errors import FailedError, UsageError, as_command_error
from tools.input_file import is_missing
from tools.settings_file import SettingsOf, read_settings_file

T = TypeVar("T")

FOUND: Final = "settings.env"
"""The file that is read where none is named."""

PAYMENTS: Final = "payment_webhook"
"""Whose settings a command takes that needs what every function has."""


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings, and where they come from.

    Attributes:
        found: Those of the file, or of the deployment.
        environment: Those of the environment: they override the others.
        origin: Where they come from, in words.
        path: The file that was read.
    """

    found: SettingsOf
    environment: Mapping[str, str]
    origin: str
    path: Path | None = None

    def of(self, function: str = PAYMENTS) -> dict[str, str]:
        """Return the settings of a function.

        Args:
            function: Its name.
        """
        return {**self.found.of(function), **self.environment}

    def exactly(self, function: str) -> dict[str, str]:
        """Return what a function has itself, of a deployment or of Terraform's output.

        Args:
            function: Its name.
        """
        return {**self.found.every, **self.found.functions[function], **self.environment}

    def read(
        self, shape: Callable[[Reader], T], function: str = PAYMENTS, **given: str | None
    ) -> T:
        """Return the settings of a shape.

        Args:
            shape: What reads them.
            function: Whose they are.
            given: Settings that an option says instead, where it is given.

        Raises:
            UsageError: Some are missing or malformed: which, and where they were read.
        """
        instead = {name: value for name, value in given.items() if value is not None}
        try:
            return read_settings({**self.of(function), **instead}, shape)
        except MisconfiguredError as error:
            raise as_command_error(error, self.origin) from None

    @property
    def pubsub_emulator(self) -> str | None:
        """`PUBSUB_EMULATOR_HOST`. Raises as `read`."""
        return self.read(read_pubsub_emulator)


def load(
    settings: str | None, from_gcp: str | None, region: str, stand_in: str | None
) -> LoadedSettings:
    """Read the settings.

    Args:
        settings: `--settings`.
        from_gcp: `--from-gcp`.
        region: `--region`.
        stand_in: `--stand-in`.

    Raises:
        UsageError: There is no such file, or it cannot be read.
        FailedError: The deployed functions cannot be listed.
    """
    environment = {
        name: value for name in setting_names() if (value := os.environ.get(name, "").strip())
    }
    also = f"the environment ({', '.join(sorted(environment))})" if environment else ""
    if from_gcp is not None:
        if settings is not None:
            raise UsageError("--settings and --from-gcp: take one of them")
        origin = _joined(f"the functions deployed in {from_gcp}", also)
        return LoadedSettings(_deployed(from_gcp, region, stand_in), environment, origin)
    path = settings or (None if is_missing(FOUND) else FOUND)
    if path is None:
        origin = f"{also or 'none'}; there is no ./{FOUND}"
        return LoadedSettings(SettingsOf(), environment, origin)
    return LoadedSettings(read_settings_file(path), environment, _joined(path, also), Path(path))


def _deployed(project: str, region: str, stand_in: str | None) -> SettingsOf:
    from tools.doctor.gcp.apis import Apis, Refused, stand_in_base  # noqa: PLC0415 - import cost
    from tools.doctor.gcp.deployment import deployed  # noqa: PLC0415 - import cost

    async def ask() -> SettingsOf:
        async with Apis(stand_in_base(stand_in)) as apis:
            found = await deployed(apis, project, region)
        return SettingsOf(functions={f.name: f.settings for f in found})

    try:
        settings = asyncio.run(ask())
    except Refused as refused:
        raise FailedError(
            f"--from-gcp: Cloud Functions says {refused}; is the project right, and have you "
            "roles/cloudfunctions.viewer?"
        ) from None
    if not settings.functions:
        raise FailedError("--from-gcp: none of our functions is deployed there")
    return settings


def _joined(*parts: str) -> str:
    return " and ".join(filter(None, parts))
