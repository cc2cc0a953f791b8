"""Who may do what: little, each for one reason."""

import json
import re
import tomllib

import pytest

from tests.support.places import ROOT
from tests.terraform.planning import Plan

pytestmark = pytest.mark.terraform

# Every role that is given, and what it is given on.
ROLES = {
    "roles/artifactregistry.writer": "google_artifact_registry_repository_iam_member",
    "roles/bigquery.dataViewer": "google_bigquery_",
    "roles/bigquery.jobUser": "google_project_iam_member",
    "roles/cloudkms.cryptoKeyEncrypterDecrypter": "google_kms_crypto_key_iam_member",
    "roles/datastore.user": "google_project_iam_member",
    "roles/datastore.viewer": "google_project_iam_member",
    "roles/iam.serviceAccountTokenCreator": "google_service_account_iam_member",
    "roles/logging.logWriter": "google_project_iam_member",
    "roles/pubsub.publisher": "google_pubsub_topic_iam_member",
    "roles/pubsub.subscriber": "google_pubsub_subscription_iam_member",
    "roles/run.invoker": "google_cloud_run_service_iam_member",
    "roles/serviceusage.serviceUsageConsumer": "google_project_iam_member",
    "roles/secretmanager.secretAccessor": "google_secret_manager_secret_iam_member",
    "roles/storage.objectViewer": "google_",
}

# The role that may make each kind of thing. To give an account to a function takes one more.
MANAGED_BY = {
    "google_artifact_registry_repository": "artifactregistry.admin",
    "google_bigquery_dataset_iam": "bigquery.dataOwner",
    "google_bigquery_table_iam": "bigquery.dataOwner",
    "google_billing_budget": "billing.costsManager",
    "google_cloud_run_service_iam": "run.admin",
    "google_cloud_scheduler_job": "cloudscheduler.admin",
    "google_cloudfunctions2_function": "cloudfunctions.admin",
    "google_firestore_": "datastore.owner",
    "google_kms_crypto_key_iam": "cloudkms.admin",
    "google_logging_metric": "logging.configWriter",
    "google_monitoring_": "monitoring.admin",
    "google_project_iam_": "resourcemanager.projectIamAdmin",
    "google_project_service": "serviceusage.serviceUsageAdmin",
    "google_pubsub_": "pubsub.admin",
    "google_secret_manager_secret": "secretmanager.admin",
    "google_service_account": "iam.serviceAccountAdmin",
    "google_storage_bucket": "storage.admin",
}

# What a whole project is given without a condition, because there is nothing smaller to give it on.
WHOLE = {
    "roles/bigquery.jobUser",
    "roles/logging.logWriter",
    "roles/serviceusage.serviceUsageConsumer",
}


def grants(plan: Plan) -> dict[str, dict[str, object]]:
    """Return every grant, by address."""
    return {
        address: values for address, values in plan.resources.items() if "_iam_member." in address
    }


def test_every_role_is_on_the_list_and_given_where_the_list_says(everything: Plan) -> None:
    """Never on the project what can be given on a thing."""
    found = grants(everything)

    assert found
    for address, grant in found.items():
        assert ROLES[str(grant["role"])] in address


def test_a_role_on_the_project_has_a_condition(everything: Plan) -> None:
    """Save those that cannot have one."""
    project = [
        grant
        for address, grant in grants(everything).items()
        if "google_project_iam_member" in address
    ]

    assert {grant["role"] for grant in project if not grant["condition"]} <= WHOLE


def test_only_the_public_functions_are_anybodys(everything: Plan) -> None:
    """They prove who sent a request by its signature."""
    anybodys = {
        match[1]
        for address, grant in grants(everything).items()
        if grant.get("member") in {"allUsers", "allAuthenticatedUsers"}
        and (match := re.search(r'module\.function\["(\w+)"\]', address))
    }

    assert anybodys <= {"context_capture", "payment_webhook"}
    assert "payment_webhook" in anybodys


def test_no_key_and_no_value_of_a_secret_is_made(everything: Plan) -> None:
    """Both would stand in Terraform's state."""
    assert not everything.of_type("google_service_account_key")
    assert not everything.of_type("google_secret_manager_secret_version")


def test_the_runtimes_are_the_pythons_of_the_project(standard: Plan) -> None:
    """The newest is deployed; the oldest is what the types are checked for and what is locked."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    oldest = project["project"]["requires-python"].removeprefix(">=")
    pythons = re.findall(r"Python :: (3\.\d+)", " ".join(project["project"]["classifiers"]))
    variables = (ROOT / "terraform" / "variables_functions.tf").read_text(encoding="utf-8")
    deployed = {
        function["build_config"][0]["runtime"]
        for function in standard.of_type("google_cloudfunctions2_function")
    }
    runtimes = [f"python{python.replace('.', '')}" for python in pythons]

    assert deployed == {runtimes[-1]}
    assert f"contains({json.dumps(runtimes)}" in variables
    assert pythons[0] == oldest == project["tool"]["mypy"]["python_version"]
    assert f"--python-version {oldest} " in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_a_pipeline_is_told_every_role_it_needs(everything: Plan) -> None:
    """The README's list has what manages each kind of thing that is made."""
    text = (ROOT / "terraform" / "README.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`([a-z]+\.[A-Za-z]+)`", text.split("A pipeline needs")[1][:900]))
    made = {
        kind
        for address in everything.resources
        for kind in MANAGED_BY
        if re.search(rf"(^|\.){kind}", address)
    }

    assert made == set(MANAGED_BY)
    assert listed == set(MANAGED_BY.values()) | {"iam.serviceAccountUser"}
