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
      && length(google_billing_budget.main) == 0
      && length(time_sleep.key_grants) == 0
    )
    error_message = "What is not asked for is not made."
  }

  assert {
    condition = (
      google_firestore_database.main.delete_protection_state == "DELETE_PROTECTION_ENABLED"
      && google_firestore_database.main.deletion_policy == "DELETE"
    )
    error_message = "The ledger is protected unless somebody says otherwise, and is never left behind without a state."
  }

  assert {
    condition     = time_sleep.services.create_duration == "60s" && time_sleep.build_grants.create_duration == "120s"
    error_message = "A first apply waits for what it has enabled and granted."
  }

  assert {
    condition     = one(google_project_iam_audit_config.secrets[*].service) == "secretmanager.googleapis.com"
    error_message = "Every reading of a secret is on record."
  }
}

run "behind_a_load_balancer_without_a_grant_to_everybody" {
  command = plan

  variables {
    functions      = { payment_webhook = {} }
    public_access  = "load_balancer_unchecked"
    project_number = "123456789012"
    audit_secrets  = false
    database       = "restored"
    payment_providers = {
      paddle = { second_secret = true }
    }
  }

  assert {
    condition     = join("", output.public_access_commands) == "gcloud run services update ga4-payment-webhook --project=my-project --region=europe-west1 --no-invoker-iam-check"
    error_message = "The command that lets providers in is shown."
  }

  assert {
    condition     = length(data.google_project.main) == 0
    error_message = "A number that is given is not read."
  }

  assert {
    condition     = length(google_project_iam_audit_config.secrets) == 0
    error_message = "Another deployment of the project makes the audit setting."
  }

  assert {
    condition     = google_firestore_database.main.name == "restored" && output.settings["payment_webhook"].STORE == "firestore:my-project/restored"
    error_message = "After a restore the functions use the restored database."
  }
}
