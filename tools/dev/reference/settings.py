"""The table of settings: who reads each, what it takes, and what holds without it."""

from shared.settings.shapes import SHAPES, asked_settings, setting_names
from tools.dev.blocks import code, table
from tools.init import EXPLAINED, as_text


def settings() -> str:
    """Return a row for each setting."""
    readers = {function: set(setting_names(function)) for function in SHAPES}
    rows = []
    for name, asked in asked_settings().items():
        reading = [function for function in SHAPES if name in readers[function]]
        default = "required" if asked.required else code(as_text(asked.default)) or "unset"
        rows.append(
            (
                code(name),
                "all" if len(reading) == len(SHAPES) else ", ".join(map(code, reading)),
                asked.expected,
                default,
                code(EXPLAINED[name][1]),
            )
        )
    return table(("setting", "read by", "takes", "default", "example"), sorted(rows))
