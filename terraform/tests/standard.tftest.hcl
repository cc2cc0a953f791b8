# What a first apply makes. tests/terraform reads this plan too.

# Its zips are those of everything.tftest.hcl: made once.
mock_provider "archive" {
  mock_data "archive_file" {
    defaults = { output_sha256 = "0000000000000000000000000000000000000000000000000000000000000000" }
  }
}
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

run "standard" {
  command = plan

  assert {
    condition     = toset(keys(output.bundles)) == toset(["offline_event", "payment_webhook", "subscription_renewal"])
    error_message = "Without a source, a key or an export, and without being asked, three functions are deployed."
  }

  assert {
    condition     = alltrue([for settings in values(output.settings) : !contains(keys(settings), "ENRICHMENT_TOPIC")])
    error_message = "Nobody publishes orders that nobody enriches."
  }
}
