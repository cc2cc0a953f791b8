"""Where a secret is; a text that is no reference may well be the secret itself."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import ExposedSecretError, InvalidValueError
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
    ["", "whsec_0123456789", "aB3-api_secret", " projects/shop/secrets/x", "/projects/s/secrets/x"],
)
def test_what_is_no_reference_at_all_is_the_secret_itself(text: str) -> None:
    """It is said to be exposed, and not repeated."""
    with pytest.raises(ExposedSecretError, match="exposed") as caught:
        read_reference(text)
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("file:", "the path is missing"),
        ("projects/shop/secrets/", "the secret's name is missing"),
        ("projects//secrets/x", "the project id is missing"),
        ("projects/Shop/secrets/x", "project ids are lower case"),
        ("projects/shop/secrets/x/versions/", "a version is a number"),
        ("projects/shop/secrets/x/versions/V2", "a version is a number"),
        ("projects/shop/secrets/x/versions/3/", "has 6 parts with / between; this has 7"),
        ("projects/shop/secrets", "has 4 parts with / between; this has 3"),
        ("projects/shop/secrets/x y", "a secret's name holds letters"),
        ("projects/shop/secrets/x\n", "a secret's name holds letters"),
        ("projects/shop/topics/x", "part number 3 is `secrets`"),
        ("projects/shop/locations/eu/secrets/x", "part number 3 is `secrets`"),
    ],
)
def test_a_reference_that_breaks_a_rule_is_told_which(text: str, rule: str) -> None:
    """With an example beside it."""
    with pytest.raises(InvalidValueError, match=re.escape(rule)) as caught:
        read_reference(text)
    assert "e.g. " in str(caught.value)
    assert not isinstance(caught.value, ExposedSecretError)


@given(st.text())
def test_any_other_text_is_refused_in_one_way(text: str) -> None:
    """Nothing but `InvalidValueError` is raised."""
    try:
        read_reference(text)
    except InvalidValueError:
        return
    assert text.startswith(("file:", "projects/"))
