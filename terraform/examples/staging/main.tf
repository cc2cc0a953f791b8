# A stream of its own, test mode, nothing kept alive, nothing protected: it can be thrown away.
provider "google" {
  project = "my-staging"
  region  = "europe-west1"
}

module "pubsub_agent" {
  source  = "../../modules/pubsub_agent"
  project = "my-staging"
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
  service_agents      = { pubsub = module.pubsub_agent.email }
  labels              = { environment = "staging" }
}

# Everything the module puts out: terraform output -json connectors | jq .webhook_urls
output "connectors" {
  description = "Every output of the module."
  value       = module.connectors
  sensitive   = true
}
