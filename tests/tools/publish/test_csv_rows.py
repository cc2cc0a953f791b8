"""Rows of a CSV table: cells become fields, and what is no row is told of."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.messages.billing_event import SCHEMA, BillingEvent
from tools.errors import UsageError
from tools.publish.mapping import read_mapping
from tools.publish.rows import Row, csv_rows
from tools.publish.source import LONGEST_ROW, opened

COLUMNS = ("Order=transaction_id", "Sum=money.total", "No=renewal_number", "Sku=items.0.item_id")


def read(  # noqa: PLR0913 - one argument each
    path: Path,
    text: bytes | None = None,
    *,
    columns: tuple[str, ...] = COLUMNS,
    constants: tuple[str, ...] = (),
    delimiter: str = ",",
    offset: int = 0,
    line: int = 1,
) -> list[Row]:
    """Return the rows of a table."""
    file = path / "table.csv"
    if text is not None:
        file.write_bytes(text)
    mapping = read_mapping(columns, constants, shape=BillingEvent, schema=SCHEMA)
    with opened(str(file)) as source:
        return list(csv_rows(source, mapping, delimiter=delimiter, offset=offset, line=line))


def documents(rows: list[Row]) -> list[Any]:
    """Return what the rows hold."""
    return [json.loads(row.body) for row in rows]


def test_cells_become_fields(tmp_path: Path) -> None:
    """Amounts stay text, counts become numbers, unmapped columns and empty cells are left out."""
    text = b"\xef\xbb\xbfOrder,Sum,No,Sku,Other\r\nORD-1, 27.60 ,7,sku_1,x\r\nORD-2,5,,,\r\n"
    rows = read(tmp_path, text, constants=("provider=shop",))

    common = {"schema": SCHEMA, "provider": "shop"}
    assert documents(rows) == [
        {
            **common,
            "transaction_id": "ORD-1",
            "money": {"total": "27.60"},
            "renewal_number": 7,
            "items": [{"item_id": "sku_1"}],
        },
        {**common, "transaction_id": "ORD-2", "money": {"total": "5"}},
    ]


def test_cells_may_hold_commas_quotes_and_lines(tmp_path: Path) -> None:
    """A row over several lines is one row, and its line is its first."""
    rows = read(tmp_path, b'Order,Sum,No,Sku\n"a\n""b"", c",1,,\nd,2,,\n')

    assert [row.line for row in rows] == [2, 4]
    assert documents(rows)[0]["transaction_id"] == 'a\n"b", c'


def test_another_delimiter(tmp_path: Path) -> None:
    """As spreadsheets of many countries write it."""
    (row,) = read(tmp_path, b"Order;Sum\nORD-1;1.50\n", columns=COLUMNS[:2], delimiter=";")

    assert json.loads(row.body)["money"] == {"total": "1.50"}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (b"ORD-1,1", ("row", "2 cells under 4 columns")),
        (b"ORD-1,1,,,", ("row", "5 cells under 4 columns")),
        (b'ORD-1,1,,"x" y', ("row", "no CSV: ',' expected after '\"'")),
        (b'ORD-1,1,,"x', ("row", "no CSV: unexpected end of data")),
        (b"ORD-1,1,seven,", ("renewal_number", "not a whole number")),
        (b"ORD-\xff,1,,", ("transaction_id", "not UTF-8")),
        (b'"' + b"y" * (2 * LONGEST_ROW), ("row", f"no CSV: longer than {LONGEST_ROW} bytes")),
    ],
    ids=["few", "many", "quote", "open", "kind", "bytes", "long"],
)
def test_what_is_no_row_is_told_of_and_swallows_nothing(
    tmp_path: Path, row: bytes, problem: tuple[str, str]
) -> None:
    """The row below it is there, whatever the one above is."""
    bad, good = read(tmp_path, b"Order,Sum,No,Sku\n" + row + b"\nORD-2,2,,\n")

    assert (bad.line, bad.problem) == (2, problem)
    assert (good.line, json.loads(good.body)["transaction_id"]) == (3, "ORD-2")


def test_reading_goes_on_after_any_row(tmp_path: Path) -> None:
    """From where a row ends come exactly the rows below it, with their lines."""
    whole = read(tmp_path, b'Order,Sum,No,Sku\n"a\nb",1,,\n\nc,1\n"d,1,,\ne,1,,\nf,1,,\n')

    assert [row.line for row in whole] == [2, 5, 6, 7, 8]
    for place, row in enumerate(whole, start=1):
        assert read(tmp_path, offset=row.end, line=row.end_line) == whole[place:]


@pytest.mark.parametrize("text", [b"", b"\n", b"Order,Order\n", b'"Order\n'])
def test_a_table_needs_a_header(tmp_path: Path, text: bytes) -> None:
    """Without names of columns nothing can be mapped."""
    with pytest.raises(UsageError, match=r"header|same name"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        (("Orders=transaction_id",), "there is no column Orders"),
        (("Order=transaction",), "the message has no field transaction"),
        (("Order=money",), "money is not a single value"),
        (("Order=items.item_id",), "no field items.item_id"),
        (("Order=transaction_id", "Sum=transaction_id"), "transaction_id is given twice"),
        (("Order=params", "Sum=params.x"), "params is not a single value"),
        (("Order=",), "not COLUMN=PATH"),
        (("nowhere.toml",), "neither COLUMN=PATH nor a file"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_wrong_usage(
    tmp_path: Path, columns: tuple[str, ...], problem: str
) -> None:
    """Before a single row is read, and in words that name what is wrong."""
    with pytest.raises(UsageError, match=problem):
        read(tmp_path, b"Order,Sum\nORD-1,1\n", columns=columns)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("m.toml", '[columns]\nOrder = "transaction_id"\n[constants]\nprovider = "shop"\n'),
        ("m.json", '{"columns": {"Order": "transaction_id"}, "constants": {"provider": "shop"}}'),
    ],
)
def test_a_mapping_may_be_a_file(tmp_path: Path, name: str, text: str) -> None:
    """JSON or TOML, so that it can be kept beside the export it is for."""
    (tmp_path / name).write_text(text)
    (row,) = read(tmp_path, b"Order\nORD-1\n", columns=(str(tmp_path / name),))

    assert json.loads(row.body) == {
        "schema": SCHEMA,
        "transaction_id": "ORD-1",
        "provider": "shop",
    }


@pytest.mark.parametrize("text", ["{", "[]", '{"columns": {"a": 1}}', '{"rows": {}}'])
def test_a_mapping_file_that_is_none_is_wrong_usage(tmp_path: Path, text: str) -> None:
    """The file is named."""
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(UsageError, match=r"m\.json"):
        read(tmp_path, b"Order\nORD-1\n", columns=(str(tmp_path / "m.json"),))


def test_a_parameter_can_be_a_number(tmp_path: Path) -> None:
    """Without `:number` it is text; with it, it stands as it was written."""
    (row, bad) = read(
        tmp_path,
        b"a,b\n1.50,1.50\n1,1e5\n",
        columns=("a=params.text", "b=params.number:number"),
    )

    assert row.body.endswith(b'"params":{"text":"1.50","number":1.50}}')
    assert bad.problem == ("params.number", "not a number")
