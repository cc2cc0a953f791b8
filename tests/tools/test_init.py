"""`connectors init`: a settings file that explains every setting."""

import re
import stat
import subprocess
from pathlib import Path

import pytest

from shared.providers.apple.root import APPLE_ROOT
from shared.settings.shapes import asked_settings, setting_names
from tools.doctor.finding import Level
from tools.doctor.local import examine
from tools.errors import FailedError, UsageError
from tools.init import EXPLAINED, settings_file, write_settings_file
from tools.settings_file import read_settings_file


def test_every_setting_is_in_the_file_once() -> None:
    """Uncommented where it is required, and otherwise commented out."""
    lines = settings_file().splitlines()
    for name, asked in asked_settings().items():
        start = f"{name}=" if asked.required else f"#{name}="
        assert sum(line.startswith(start) for line in lines) == 1, name


def test_nothing_is_explained_that_is_no_setting() -> None:
    """The file cannot go stale."""
    assert sorted(EXPLAINED) == sorted(setting_names())


def test_each_example_can_be_read(tmp_path: Path) -> None:
    """By what reads the setting; an example that is refused teaches nothing."""
    (tmp_path / "root.pem").write_text(APPLE_ROOT)
    for name, asked in asked_settings().items():
        example = EXPLAINED[name][1]
        # A file is read with its setting.
        found = str(tmp_path / "root.pem") if example.endswith(".pem") else example
        assert asked.parse(found) is not None, name


def test_the_file_passes_the_doctor_once_it_is_filled_in(tmp_path: Path) -> None:
    """Only the settings that are required have to be."""
    path = tmp_path / "settings.env"
    assert write_settings_file(str(path), force=False) == 0
    filled = path.read_text()
    for name, asked in asked_settings().items():
        if asked.required:
            filled = filled.replace(f"\n{name}=\n", f"\n{name}='{EXPLAINED[name][1]}'\n")
    path.write_text(filled)

    findings = list(examine(read_settings_file(str(path)).every, None))

    assert {finding.level for finding in findings} == {Level.OK}


def test_the_file_passes_with_every_example(tmp_path: Path) -> None:
    """Each commented line is a setting that works when its # is taken away."""
    path = tmp_path / "settings.env"
    path.write_text(re.sub(r"^#(?=[A-Z])", "", settings_file(), flags=re.MULTILINE))
    found = read_settings_file(str(path)).every

    assert {name for name, value in found.items() if value} == {
        name for name, asked in asked_settings().items() if not asked.required
    }


def test_nobody_else_reads_the_file(tmp_path: Path) -> None:
    """Somebody may yet put a secret into it."""
    write_settings_file(str(tmp_path / "settings.env"), force=False)

    assert stat.S_IMODE((tmp_path / "settings.env").stat().st_mode) == 0o600


def test_a_file_that_is_there_is_kept_unless_forced(tmp_path: Path) -> None:
    """It holds somebody's work."""
    path = tmp_path / "settings.env"
    path.write_text("STORE=mine\n")

    with pytest.raises(UsageError, match="--force"):
        write_settings_file(str(path), force=False)
    assert path.read_text() == "STORE=mine\n"
    assert write_settings_file(str(path), force=True) == 0
    assert path.read_text() == settings_file()


def test_a_file_that_did_not_fit_is_taken_away(
    command: list[str], environ: dict[str, str], tmp_path: Path
) -> None:
    """Half of it would be in the way of the next try."""
    limited = ["/bin/sh", "-c", 'ulimit -f 1; exec "$@"', "sh"]
    done = subprocess.run(  # noqa: S603 - the command under test
        [*limited, *command, "init"],
        env={**environ, "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (done.returncode, done.stderr) == (1, "connectors: settings.env: File too large\n")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    """With the reason."""
    with pytest.raises(FailedError, match="No such file"):
        write_settings_file(str(tmp_path / "no" / "settings.env"), force=False)
