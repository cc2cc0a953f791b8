# One warm instance where the sender is impatient, alerts that reach somebody, everything protected.
provider "google" {
  project = "my-production"
  region  = "europe-west1"
}

module "pubsub_agent" {
  source  = "../../modules/pubsub_agent"
  project = "my-production"
}

module "connectors" {
  # In a repository of your own, pin what you deploy:
  # source = "git::https://github.com/OWNER/ga4-connectors.git//terraform?ref=v0.1.0"
  source = "../.."

  project        = "my-production"
  region         = "europe-west1"
  measurement_id = "G-PRODUCT001"

  payment_providers = {
    stripe = { payment_intents = true, disputes = true, api_key = true }
  }

  # Only what is named here is deployed. Leave `functions` out for all that have what they need.
  functions = {
    payment_webhook = { min_instances = 1, max_instances = 50 }
    reconciliation  = {}
  }

  notification_emails = ["oncall@shop.example"]
  service_agents      = { pubsub = module.pubsub_agent.email }
  labels              = { environment = "production" }
}

# Everything the module puts out: terraform output -json connectors | jq .webhook_urls
output "connectors" {
  description = "Every output of the module."
  value       = module.connectors
  sensitive   = true
}
