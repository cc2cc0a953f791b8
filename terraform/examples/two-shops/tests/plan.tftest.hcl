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
    condition     = length(distinct([for shop, settings in output.settings : settings["payment_webhook"].STORE])) == 2
    error_message = "Each shop has its own ledger."
  }

  assert {
    condition     = length(distinct(flatten([for shop, functions in output.functions : [for function in functions : function.name]]))) == 6
    error_message = "No name is used twice."
  }
}
