# The least there is: payments alone.

mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
}

variables {
  project        = "my-project"
  region         = "europe-west1"
  measurement_id = "G-AB12CD34EF"
}

run "nothing_but_payments" {
  command = plan

  variables {
    functions = { payment_webhook = {} }
  }

  assert {
    condition     = toset(keys(output.secrets)) == toset(["api-secret", "stripe-signing"])
    error_message = "Two secrets are needed: GA4's and Stripe's."
  }

  assert {
    condition     = !contains(keys(output.settings["payment_webhook"]), "RENEWALS_TOPIC")
    error_message = "Renewals are sent at once where nobody listens to their topic."
  }

  assert {
    condition = (
      length(google_cloud_scheduler_job.main) == 0
      && length(google_service_account.push) == 0
      && length(google_project_iam_member.sources) == 0
      && length(google_project_iam_member.bigquery_jobs) == 0
      && length(google_kms_crypto_key_iam_member.agents) == 0
    )
    error_message = "What is not asked for is not made."
  }

  assert {
    condition     = google_firestore_database.main.delete_protection_state == "DELETE_PROTECTION_ENABLED"
    error_message = "The ledger is protected unless somebody says otherwise."
  }

  assert {
    condition     = one(google_project_iam_audit_config.secrets[*].service) == "secretmanager.googleapis.com"
    error_message = "Every reading of a secret is on record."
  }
}
