# The example as it stands can be planned.

mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
}
mock_provider "archive" {}
mock_provider "google-beta" {}

run "plan" {
  command = plan

  assert {
    condition     = module.connectors.settings["payment_webhook"].GA4_MEASUREMENT_ID == "G-PRODUCT001"
    error_message = "It sends to its own stream."
  }

  assert {
    condition     = toset(keys(output.secrets)) == toset(["api-secret", "stripe-api-key", "stripe-signing"])
    error_message = "Every output is passed on."
  }
}
