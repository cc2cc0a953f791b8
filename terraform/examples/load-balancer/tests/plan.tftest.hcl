# The example as it stands can be planned.

mock_provider "google" {
  source = "../../tests/mocks"
}
mock_provider "archive" {}
mock_provider "google-beta" {}

run "plan" {
  command = plan

  assert {
    condition     = output.webhook_urls == { stripe = "https://payments.shop.example/stripe" }
    error_message = "Providers are given the address of the load balancer."
  }

  assert {
    condition     = google_compute_backend_service.main.load_balancing_scheme == "EXTERNAL_MANAGED"
    error_message = "Cloud Armor stands in front."
  }
}
