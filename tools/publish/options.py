"""What `connectors publish` was asked for."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What was asked for, as the command line has it.

    Attributes:
        file: JSON lines, or a CSV table.
        type: What its rows are.
        topic: Where they go; None for the one the type's setting names.
        columns: `COLUMN=PATH`, or files with a mapping.
        constants: `PATH=TEXT`.
        delimiter: What stands between cells.
        event_id_from: Fields, of a table columns, that the id of a row without one is made of.
        rejects: Where each rejected row is told of.
        resume: Whether to go on where an interrupted run ended.
        ordered: Whether messages carry an ordering key.
        dry_run: Whether nothing is published.
        as_json: Whether to print one JSON object instead of the report.
    """

    file: str
    type: str
    topic: str | None = None
    columns: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    delimiter: str = ","
    event_id_from: tuple[str, ...] = ()
    rejects: str | None = None
    resume: bool = False
    ordered: bool = False
    dry_run: bool = False
    as_json: bool = False

    @property
    def is_table(self) -> bool:
        """Whether the file is a CSV table: by its name, or because columns are mapped."""
        return bool(self.columns or self.constants) or self.file.lower().endswith(".csv")
