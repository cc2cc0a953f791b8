# Several streams instead of one. tests/terraform gives each function's environment to its reader.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project = "my-project"
  region  = "europe-west1"
}

run "several_streams" {
  command = plan

  variables {
    functions         = { payment_webhook = {}, reconciliation = {} }
    payment_providers = { stripe = { api_key = true } }
    reconciliation    = { export = { dataset = "my-project.analytics_1", of = "live" }, repair = true }
    streams = {
      app  = { firebase_app_id = "1:1234567890:android:321abc456def7890" }
      live = { measurement_id = "G-AB12CD34EF" }
      test = { measurement_id = "G-TEST123456" }
    }
    routes = [
      { when = { live = false }, to = "test" },
      { when = { field = { "metadata.channel" = ["app", "tablet"] } }, to = "app" },
      { to = "live" },
    ]
  }

  assert {
    condition = toset(keys(output.secrets)) == toset([
      "api-secret-app", "api-secret-live", "api-secret-test", "stripe-api-key", "stripe-signing",
    ])
    error_message = "Each stream has its own secret, and the one for a single stream is not made."
  }

  assert {
    condition     = !contains(keys(output.settings["payment_webhook"]), "GA4_MEASUREMENT_ID")
    error_message = "The settings for a single stream are left out."
  }
}
