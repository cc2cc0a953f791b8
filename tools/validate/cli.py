"""The command `connectors validate`: its options."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final, Literal

from cyclopts import Parameter, Token

from tools.errors import UsageError
from tools.parameters import Json, Sink
from tools.settings_source import DEFAULT, SettingsSource


def _flag_or_value(type_: object, tokens: Sequence[Token]) -> bool | str:
    """Return the value as it stands: cyclopts would take `no` or `f` for a boolean."""
    del type_
    return True if tokens[0].implicit_value is True else tokens[0].value


STANDARD_INPUT: Final = "\0-"
"""What stands for a lone `-`, which looks like an option: see `tokens_of`."""


def tokens_of(arguments: list[str]) -> list[str]:
    """Return a command's arguments, `validate`'s lone `-` as what no option begins with.

    Args:
        arguments: As they were typed.
    """
    if arguments[:1] != ["validate"]:
        return list(arguments)
    return [STANDARD_INPUT if argument == "-" else argument for argument in arguments]


def _file(type_: object, tokens: Sequence[Token]) -> str:
    del type_
    return "-" if tokens[0].value == STANDARD_INPUT else tokens[0].value


File = Annotated[str | None, Parameter(converter=_file)]
"""A file, or `-` for standard input."""

FlagOrUrl = Annotated[
    bool | str,
    Parameter(negative="", converter=_flag_or_value, show_default=False, metavar="[URL]"),
]
"""An option whose value may be left out."""

Names = Annotated[tuple[str, ...], Parameter(negative="", show_default=False)]
"""An option that may be repeated."""


def moment(text: str | None) -> datetime | None:
    """Return the moment that `--now` names.

    Raises:
        UsageError: If it is none, or has no time zone.
    """
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise UsageError("--now takes a time such as 2026-11-23T12:00:00Z")
    return found


def validate(  # noqa: PLR0913 - one option each
    file: File = None,
    /,
    *,
    json: Json = False,
    strict: Annotated[bool, Parameter(negative="")] = False,
    stream: Literal["web", "app"] = "web",
    sink: Sink = "measurement_protocol",
    now: str | None = None,
    exempt: Names = (),
    debug_endpoint: FlagOrUrl = False,
    measurement_id: str | None = None,
    firebase_app_id: str | None = None,
    source: SettingsSource = DEFAULT,
) -> int:
    """Hold GA4 payloads against GA4's rules, offline.

    Exit status 1 when there are errors. For example:

        connectors validate examples/payloads.jsonl
        connectors validate --debug-endpoint --measurement-id G-AB12CD34EF examples/sample.json

    Args:
        file: A JSON document, an array of payloads, or JSON lines. `-` or nothing: standard input.
        json: Print one line of JSON for each payload instead of the report.
        strict: Let advice fail as well.
        stream: The kind of data stream the payloads are for.
        sink: The API they are for. For data_manager each payload is mapped as the functions do it,
            and held against that API's rules too; --json shows the events.
        now: The moment time stamps are judged by, as 2026-11-23T12:00:00Z. Default: the present.
        exempt: A name under which what looks like personal data may stand; may be repeated.
        debug_endpoint: Ask a debug server too and show where it differs: Google's without a value,
            or that of a URL. GA4_API_SECRET may hold file:PATH; the server checks no secret, and
            without the variable none is sent.
        measurement_id: The web stream to name to the debug server. Default: GA4_MEASUREMENT_ID.
        firebase_app_id: The app stream to name to it.
        source: Where the settings are.
    """
    from tools.validate.command import Options, run  # noqa: PLC0415 - see the module's docstring

    return run(
        Options(
            file=file,
            as_json=json,
            strict=strict,
            stream=stream,
            sink=sink,
            now=now,
            exempt=exempt,
            debug_endpoint=debug_endpoint,
            measurement_id=measurement_id,
            firebase_app_id=firebase_app_id,
        ),
        lambda: source.load().of(),
    )
