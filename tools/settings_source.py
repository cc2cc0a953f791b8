"""The options that say where a command's settings are: `--settings`, `--from-gcp`, `--region`.

A command takes them all with one parameter, `source: SettingsSource = DEFAULT`, and asks
`source.load()` for what they name. What reads settings is imported only then.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Group, Parameter

if TYPE_CHECKING:
    from tools.loaded_settings import LoadedSettings


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

    def load(self) -> "LoadedSettings":
        """Read the settings.

        Raises:
            UsageError: There is no such file, or it cannot be read.
            FailedError: The deployed functions cannot be listed.
        """
        from tools.loaded_settings import load  # noqa: PLC0415 - import cost

        return load(self.settings, self.from_gcp, self.region, self.stand_in)


DEFAULT: Final = SettingsSource()
"""Nothing was said: `./settings.env` where it is, and the environment."""
