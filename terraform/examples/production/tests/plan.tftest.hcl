# The example as it stands can be planned.

mock_provider "google" {
  source = "../../tests/mocks"
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
    condition     = toset(keys(output.connectors.secrets)) == toset(["api-secret", "stripe-api-key", "stripe-signing"])
    error_message = "Every output is passed on."
  }
}
