# A stream of its own, test mode, nothing kept alive, nothing protected: it can be thrown away.
provider "google" {
  project = "my-staging"
  region  = "europe-west1"
}

provider "google-beta" {
  project = "my-staging"
  region  = "europe-west1"
}

module "connectors" {
  source = "../.."

  project        = "my-staging"
  region         = "europe-west1"
  measurement_id = "G-STAGING001"

  payment_providers = {
    stripe = { payment_intents = true }
  }
  policies = {
    accept_test_events = true
  }

  deletion_protection = false
  service_agents      = { pubsub = google_project_service_identity.pubsub.email }
  labels              = { environment = "staging" }
}
