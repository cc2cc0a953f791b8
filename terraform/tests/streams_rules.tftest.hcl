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

run "sinks_without_what_they_need" {
  command = plan

  variables {
    streams = {
      live = { measurement_id = "G-AB12CD34EF", sink = "data_manager" }
      test = { api_secret = false, measurement_id = "G-TEST123456" }
    }
    routes = [{ to = "live" }]
  }

  expect_failures = [var.streams]
}

run "a_sink_that_is_not_there_and_ads_without_numbers" {
  command = plan

  variables {
    streams = {
      live = {
        ads            = { conversion_action_id = "AW-1", customer_id = "me" }
        measurement_id = "G-AB12CD34EF"
        property_id    = "G-1"
        sink           = "both"
      }
    }
  }

  expect_failures = [var.streams]
}

run "one_stream_by_a_sink_without_its_property" {
  command = plan

  variables {
    measurement_id = "G-AB12CD34EF"
    sink           = "data_manager"
  }

  expect_failures = [var.sink]
}

run "a_property_of_one_stream_beside_several" {
  command = plan

  variables {
    property_id = "123456789"
    streams     = { live = { measurement_id = "G-AB12CD34EF" } }
  }

  expect_failures = [var.property_id]
}

run "events_that_nobody_asks_about" {
  command = plan

  variables {
    functions      = { payment_webhook = {} }
    measurement_id = "G-AB12CD34EF"
    property_id    = "123456789"
  }

  expect_failures = [var.functions]
}

run "a_property_that_is_a_measurement_id_and_looks_too_often" {
  command = plan

  variables {
    event_status   = { after_seconds = 7200, schedule = "often" }
    measurement_id = "G-AB12CD34EF"
    property_id    = "G-AB12CD34EF"
  }

  expect_failures = [var.event_status, var.property_id]
}

run "the_measurement_protocol_without_its_secret" {
  command = plan

  variables {
    api_secret     = false
    measurement_id = "G-AB12CD34EF"
  }

  expect_failures = [var.api_secret]
}
