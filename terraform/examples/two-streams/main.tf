# One shop, two streams: test mode goes to a property of its own, without coming near the live one.
# docs/guides/streams.md has the conditions of routes.
provider "google" {
  project = "my-shop"
  region  = "europe-west1"
}

module "pubsub_agent" {
  source  = "../../modules/pubsub_agent"
  project = "my-shop"
}

module "connectors" {
  source = "../.."

  project = "my-shop"
  region  = "europe-west1"

  streams = {
    live = { measurement_id = "G-SHOP000001" }
    test = { measurement_id = "G-TEST000001" }
  }
  routes = [
    { to = "test", when = { live = false } },
    { to = "live" },
  ]

  payment_providers = { stripe = {} }

  notification_emails = ["oncall@shop.example"]
  service_agents      = { pubsub = module.pubsub_agent.email }
}

# Everything the module puts out: terraform output -json connectors | jq .secrets
output "connectors" {
  description = "Every output of the module."
  value       = module.connectors
  sensitive   = true
}
