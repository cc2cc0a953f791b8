# The example as it stands can be planned.

mock_provider "google" {
  source = "../../tests/mocks"
}
mock_provider "archive" {}
mock_provider "google-beta" {}

run "plan" {
  command = plan

  assert {
    condition     = module.connectors.settings["payment_webhook"].ACCEPT_TEST_EVENTS == "true"
    error_message = "It takes test payments."
  }
}
