"""The command `connectors publish`: its options."""

from typing import Annotated, Literal

from cyclopts import Parameter

from tools.parameters import Json, Texts
from tools.settings_source import DEFAULT, SettingsSource


def publish(  # noqa: PLR0913 - one option each
    file: str,
    /,
    *,
    type: Literal["billing-event", "order-enrichment", "server-event"],  # noqa: A002 - the option's name
    topic: str | None = None,
    map: Texts = (),  # noqa: A002 - the option's name
    set: Texts = (),  # noqa: A002 - the option's name
    delimiter: str = ",",
    event_id_from: str | None = None,
    rejects: str | None = None,
    resume: Annotated[bool, Parameter(negative="")] = False,
    ordered: Annotated[bool, Parameter(negative="")] = False,
    dry_run: Annotated[bool, Parameter(negative="")] = False,
    json: Json = False,
    source: SettingsSource = DEFAULT,
) -> int:
    """Publish the rows of a file to a topic, each checked as the function will check it.

    Exit status 1 when a row is rejected or the run breaks off. For example:

        connectors publish examples/renewals.jsonl --type billing-event --dry-run
        connectors publish examples/renewals.jsonl --type billing-event --resume

    Args:
        file: JSON lines, or a CSV table with a header.
        type: What the rows are.
        topic: projects/P/topics/T. Default: the type's setting, as RENEWALS_TOPIC.
        map: COLUMN=PATH, as amount=money.total, or a JSON or TOML file with tables `columns` and
            `constants`; may be repeated.
        set: PATH=TEXT, the same in every row; may be repeated.
        delimiter: What stands between the cells of a table.
        event_id_from: Fields whose values make the event_id of a row that has none, with commas
            between: dotted paths of the message.
        rejects: Where to write each rejected row: line, field, reason.
        resume: Go on where an interrupted run ended.
        ordered: Give the messages of one subscription an ordering key. Slow: each key needs
            requests of its own.
        dry_run: Check every row and publish nothing.
        json: Print one machine-readable object instead of the report.
        source: Where the settings are.
    """
    from tools.publish.command import run  # noqa: PLC0415 - see the module's docstring
    from tools.publish.options import Options  # noqa: PLC0415 - see the module's docstring

    return run(
        Options(
            file=file,
            type=type,
            topic=topic,
            columns=map,
            constants=set,
            delimiter=delimiter,
            event_id_from=tuple(filter(None, (event_id_from or "").split(","))),
            rejects=rejects,
            resume=resume,
            ordered=ordered,
            dry_run=dry_run,
            as_json=json,
        ),
        source.load(),
    )
