"""The database that Terraform makes is the one the stores are written for."""

import json
import re

import pytest

from shared.stores.document import COLLECTIONS
from tests.support.places import ROOT
from tests.terraform.planning import Plan

pytestmark = pytest.mark.terraform

DECLARED = json.loads((ROOT / "firestore.indexes.json").read_text(encoding="utf-8"))


def test_every_collection_forgets(everything: Plan) -> None:
    """Each by the moment its documents name, and no other."""
    forgetting = {
        field["collection"]
        for field in everything.of_type("google_firestore_field")
        if field["ttl_config"] and field["field"] == "expires_at"
    }

    assert forgetting == set(COLLECTIONS)


def test_terraform_and_googles_own_tools_make_the_same_indexes(everything: Plan) -> None:
    """Field by field, from one list."""
    planned = {
        (
            field["collection"],
            field["field"],
            bool(field["ttl_config"]),
            tuple(
                (index.get("order"), index.get("array_config"), index["query_scope"])
                for index in field["index_config"][0]["indexes"]
            ),
        )
        for field in everything.of_type("google_firestore_field")
    }

    assert planned == {
        (
            field["collectionGroup"],
            field["fieldPath"],
            field.get("ttl", False),
            tuple(
                (index.get("order"), index.get("arrayConfig"), index["queryScope"])
                for index in field["indexes"]
            ),
        )
        for field in DECLARED["fieldOverrides"]
    }


def test_only_what_a_query_asks_for_has_an_index() -> None:
    """An index of every field would cost ten times what an entry holds."""
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "shared" / "stores" / "firestore").glob("*.py"))
    )
    asked = set(re.findall(r'(?:_condition|order_by|FieldFilter)\("(\w+)"', source)) - {"__name__"}
    exempt = {f["collectionGroup"] for f in DECLARED["fieldOverrides"] if f["fieldPath"] == "*"}
    indexed = {f["fieldPath"] for f in DECLARED["fieldOverrides"] if f["indexes"]}

    assert exempt == set(COLLECTIONS)
    assert indexed == asked != set()


def test_no_query_needs_a_composite_index(everything: Plan) -> None:
    """Neither here nor there."""
    assert DECLARED["indexes"] == everything.of_type("google_firestore_index") == []
