"""The database that Terraform makes is the one the stores are written for."""

import json

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


def test_what_has_no_index_is_what_the_stores_are_tested_with(everything: Plan) -> None:
    """Field by field; none has an index of its own kind."""
    fields = everything.of_type("google_firestore_field")
    planned = {(field["collection"], field["field"], bool(field["ttl_config"])) for field in fields}

    assert planned == {
        (field["collectionGroup"], field["fieldPath"], field.get("ttl", False))
        for field in DECLARED["fieldOverrides"]
    }
    assert all(field["index_config"] == [{"indexes": []}] for field in fields)
    assert all(field["indexes"] == [] for field in DECLARED["fieldOverrides"])


def test_no_query_needs_a_composite_index(everything: Plan) -> None:
    """Neither here nor there."""
    assert DECLARED["indexes"] == everything.of_type("google_firestore_index") == []
