"""The tables of messages, read from their schemas."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tools.dev.blocks import code, table
from tools.schemas import TYPES, schema_of

_ATTRIBUTE: Final = re.compile(r"^ {8}(\w+): (.*?)(?=^ {8}\w+: |\Z)", re.MULTILINE | re.DOTALL)


MESSAGES: Final = tuple(TYPES)
"""The name of each message."""


def message(name: str, _: Path) -> str:
    """Return a message's tables and its example.

    Args:
        name: e.g. `billing-event/1`.
    """
    schema = json.loads(schema_of(name))
    first = schema["$ref"].rsplit("/", 1)[1]
    shapes = {first: schema["$defs"][first], **schema["$defs"]}
    # A choice of texts is a word of its field, no table.
    tables = (_shape(name, shape) for name, shape in shapes.items() if "properties" in shape)
    example = json.dumps(schema["examples"][0], indent=2, ensure_ascii=False)
    return "\n".join([*tables, f"```json\n{example}\n```\n"])


def _shape(name: str, shape: Mapping[str, Any]) -> str:
    said = dict(_ATTRIBUTE.findall(shape.get("description", "")))
    required = shape.get("required", [])
    rows = (
        (code(field), _type(kind), "yes" if field in required else "", said.get(field, ""))
        for field, kind in shape["properties"].items()
    )
    return f"`{name}`\n\n" + table(("field", "type", "required", "what it is"), rows)


def _type(kind: Mapping[str, Any]) -> str:
    return " or ".join(dict.fromkeys(_types(kind)))


def _types(kind: Mapping[str, Any]) -> Iterator[str]:
    if "anyOf" in kind:
        for each in kind["anyOf"]:
            yield from (word for word in _types(each) if word != "null")
    elif "$ref" in kind:
        yield code(kind["$ref"].rsplit("/", 1)[1])
    elif "enum" in kind:
        yield " or ".join(code(str(each)) for each in kind["enum"])
    elif kind.get("type") == "array":
        yield f"list of {_type(kind.get('items', {}))}"
    else:
        yield str(kind.get("type", "any"))
