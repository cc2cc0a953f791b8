"""Where a secret is; a text that is no reference may well be the secret itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.secrets.reference import (
    ManagedSecret,
    SecretFile,
    SecretReference,
    read_reference,
)


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        pytest.param(
            "projects/shop/secrets/ga4",
            ManagedSecret("projects/shop/secrets/ga4/versions/latest"),
            id="without a version: the newest",
        ),
        pytest.param(
            "projects/shop/secrets/ga4/versions/3",
            ManagedSecret("projects/shop/secrets/ga4/versions/3"),
            id="a fixed version",
        ),
        pytest.param(
            "projects/123456/secrets/GA4_api-secret/versions/latest",
            ManagedSecret("projects/123456/secrets/GA4_api-secret/versions/latest"),
            id="a project's number",
        ),
        pytest.param(
            "projects/example.com:shop/secrets/x",
            ManagedSecret("projects/example.com:shop/secrets/x/versions/latest"),
            id="a project of a domain",
        ),
        pytest.param(
            "projects/shop/secrets/x/versions/prod",
            ManagedSecret("projects/shop/secrets/x/versions/prod"),
            id="an alias of a version",
        ),
        pytest.param("file:secrets/ga4", SecretFile("secrets/ga4"), id="a file"),
        pytest.param("file:a:b", SecretFile("a:b"), id="a file with a colon"),
    ],
)
def test_a_reference_is_read(text: str, reference: SecretReference) -> None:
    """Secret Manager's names as they are, and files for local runs."""
    assert reference == read_reference(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "file:",
        "whsec_0123456789",
        "projects/shop/secrets/",
        "projects//secrets/x",
        "projects/Shop/secrets/x",
        "projects/shop/secrets/x/versions/",
        "projects/shop/secrets/x/versions/3/",
        "projects/shop/secrets/x y",
        "projects/shop/secrets/x\n",
        " projects/shop/secrets/x",
        "/projects/shop/secrets/x",
        "projects/shop/topics/x",
        "projects/shop/locations/eu/secrets/x",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    """And nobody may show it."""
    assert read_reference(text) is None


@given(st.text())
def test_any_text_is_a_reference_or_none(text: str) -> None:
    """It never raises."""
    assert read_reference(text) is None or text.startswith(("file:", "projects/"))
