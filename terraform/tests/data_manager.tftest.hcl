# Streams that go by the Data Manager API. tests/terraform gives each function's environment to its
# reader.

mock_provider "archive" {
  mock_data "archive_file" {
    defaults = { output_sha256 = "0000000000000000000000000000000000000000000000000000000000000000" }
  }
}
mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project = "my-project"
  region  = "europe-west1"
}

run "streams_by_the_data_manager_api" {
  command = plan

  variables {
    streams = {
      live = {
        ads            = { conversion_action_id = "987654321", customer_id = "1234567890" }
        api_secret     = false
        measurement_id = "G-AB12CD34EF"
        property_id    = "123456789"
        sink           = "data_manager"
      }
      shop = { measurement_id = "G-SHOP123456", property_id = "123456789", sink = "data_manager" }
      test = { measurement_id = "G-TEST123456" }
    }
    routes = [{ when = { live = false }, to = "test" }, { to = "live" }]
  }

  assert {
    condition     = toset(keys(output.secrets)) == toset(["api-secret-shop", "api-secret-test", "stripe-signing"])
    error_message = "A stream without orders of before needs no secret."
  }

  assert {
    condition     = google_cloud_scheduler_job.main["event_status"].schedule == "*/10 * * * *"
    error_message = "What became of events is asked for."
  }

  assert {
    condition     = length(output.ga4_users) == 1 && length(output.ga4_users[0].accounts) == length(local.deployed)
    error_message = "Each account is named once for each property."
  }

  assert {
    condition     = contains(keys(google_project_service.main), "datamanager.googleapis.com")
    error_message = "The API is enabled."
  }
}
