# The example as it stands can be planned.

mock_provider "google" {
  source = "../../tests/mocks"
}
mock_provider "archive" {}
mock_provider "google-beta" {}

run "plan" {
  command = plan

  assert {
    condition     = length(distinct([for shop in output.connectors : shop.settings["payment_webhook"].STORE])) == 2
    error_message = "Each shop has its own ledger."
  }

  assert {
    condition     = length(distinct(flatten([for shop in output.connectors : [for function in shop.functions : function.name]]))) == 6
    error_message = "No name is used twice."
  }
}
