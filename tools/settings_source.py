"""Where a command's settings come from: `--settings`, `--from-gcp`, and the environment.

A command takes them all with one parameter, `source: SettingsSource = DEFAULT`, and asks
`source.load()` for what it found.
"""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, TypeVar

from cyclopts import Group, Parameter

from shared.errors import MisconfiguredError
from shared.settings import read_settings, setting_names
from shared.settings.reader import Reader
from tools.errors import FailedError, UsageError, as_command_error
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

    def read(self, shape: Callable[[Reader], T], function: str = PAYMENTS) -> T:
        """Return the settings of a shape.

        Args:
            shape: What reads them.
            function: Whose they are.

        Raises:
            UsageError: Some are missing or malformed: which, and where they were read.
        """
        try:
            return read_settings(self.of(function), shape)
        except MisconfiguredError as error:
            raise as_command_error(error, self.origin) from None


@Parameter(name="*", group=Group("Settings", sort_key=100))
@dataclass(frozen=True, kw_only=True, slots=True)
class SettingsSource:
    """Where settings are read."""

    settings: str | None = None
    """A file of NAME=value lines, or what `terraform output -json settings` prints. Default:
    settings.env in this folder, where it is. The environment overrides it."""

    from_gcp: str | None = None
    """Take the settings from the functions deployed in this project, instead of a file. The
    environment overrides them."""

    region: str = "-"
    """Where those functions are deployed. Default: everywhere."""

    stand_in: Annotated[str | None, Parameter(show=False)] = None
    """A stand-in of Google's APIs on loopback, such as http://127.0.0.1:8000."""

    def load(self) -> LoadedSettings:
        """Read the settings.

        Raises:
            UsageError: There is no such file, or it cannot be read.
            FailedError: The deployed functions cannot be listed.
        """
        environment = {
            name: value
            for name in setting_names()
            if (value := os.environ.get(name, "").strip())
        }
        also = f"the environment ({', '.join(sorted(environment))})" if environment else ""
        if self.from_gcp is not None:
            if self.settings is not None:
                raise UsageError("--settings and --from-gcp: take one of them")
            return LoadedSettings(
                self._deployed(self.from_gcp),
                environment,
                _joined(f"the functions deployed in {self.from_gcp}", also),
            )
        path = self.settings or (FOUND if Path(FOUND).is_file() else None)
        if path is None:
            nothing = f"no ./{FOUND} and no --settings"
            return LoadedSettings(SettingsOf(), environment, _joined(also, nothing))
        return LoadedSettings(
            read_settings_file(path), environment, _joined(path, also), Path(path)
        )

    def _deployed(self, project: str) -> SettingsOf:
        from tools.doctor.gcp.apis import Apis, Refused, stand_in_base  # noqa: PLC0415 - import cost
        from tools.doctor.gcp.deployment import deployed  # noqa: PLC0415 - import cost

        async def ask() -> SettingsOf:
            async with Apis(stand_in_base(self.stand_in)) as apis:
                found = await deployed(apis, project, self.region)
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


DEFAULT: Final = SettingsSource()
"""Nothing was said: `./settings.env` where it is, and the environment."""


def _joined(*parts: str) -> str:
    return " and ".join(filter(None, parts))
