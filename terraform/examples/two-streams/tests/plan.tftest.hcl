# The example as it stands can be planned.

mock_provider "google" {
  source = "../../tests/mocks"
}
mock_provider "archive" {}
mock_provider "google-beta" {}

run "plan" {
  command = plan

  assert {
    condition     = length([for name in keys(output.connectors.secrets) : name if startswith(name, "api-secret-")]) == 2
    error_message = "Each stream has its own secret."
  }

  assert {
    condition     = jsondecode(output.connectors.settings["payment_webhook"].ROUTES)[0].when.live == false
    error_message = "Test mode goes to its own stream."
  }
}
