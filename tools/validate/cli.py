"""The command `connectors validate`: its options."""

from typing import Annotated, Literal

from cyclopts import Parameter

from tools.parameters import Json, Sink
from tools.settings_source import DEFAULT, SettingsSource
from tools.validate.arguments import File, FlagOrUrl, Names


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
