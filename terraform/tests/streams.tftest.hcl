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

run "neither_one_stream_nor_several" {
  command = plan

  expect_failures = [var.measurement_id]
}

run "a_name_in_capitals_and_streams_without_an_id" {
  command = plan

  variables {
    streams = { Live = { measurement_id = "UA-1" }, test = {} }
  }

  expect_failures = [var.streams]
}

run "a_route_to_a_stream_that_is_not_there" {
  command = plan

  variables {
    functions = { payment_webhook = {} }
    streams   = { live = { measurement_id = "G-AB12CD34EF" } }
    routes    = [{ when = { live = false }, to = "test" }, { to = "live" }]
  }

  expect_failures = [var.routes]
}

run "several_streams_without_routes" {
  command = plan

  variables {
    functions      = { payment_webhook = {}, reconciliation = {} }
    reconciliation = { export = { dataset = "my-project.analytics_1", of = "shop" } }
    streams        = { live = { measurement_id = "G-AB12CD34EF" }, test = { measurement_id = "G-TEST123456" } }
  }

  expect_failures = [var.reconciliation, var.routes]
}
