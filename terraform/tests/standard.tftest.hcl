# What a first apply makes. tests/terraform reads this plan too.

# Its zips are those of everything.tftest.hcl: made once.
mock_provider "archive" {}
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
    condition     = toset(keys(output.bundles)) == toset(setsubtract(local.known, ["context_capture", "reconciliation"]))
    error_message = "All functions but context_capture, and reconciliation that needs a key, are deployed unless somebody says otherwise."
  }
}
