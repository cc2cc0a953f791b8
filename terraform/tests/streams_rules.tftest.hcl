# What streams and routes refuse. In a file of their own: the plans of streams.tftest.hcl are read.

mock_provider "archive" {}
mock_provider "google" {}

variables {
  project = "my-project"
  region  = "europe-west1"
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
