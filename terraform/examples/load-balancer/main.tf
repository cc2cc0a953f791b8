# payment_webhook under a domain of your own, behind Cloud Armor's rate limit. It answers nobody who
# comes another way.
provider "google" {
  project = "my-shop"
  region  = "europe-west1"
}

locals {
  domain = "payments.shop.example"
}

module "pubsub_agent" {
  source  = "../../modules/pubsub_agent"
  project = "my-shop"
}

module "connectors" {
  source = "../.."

  project        = "my-shop"
  region         = "europe-west1"
  measurement_id = "G-SHOP000001"

  # Where an organisation forbids grants to everybody: load_balancer_unchecked.
  public_access = "load_balancer"

  notification_emails = ["oncall@shop.example"]
  service_agents      = { pubsub = module.pubsub_agent.email }
}

output "address" {
  description = "What the domain's A record must name."
  value       = google_compute_global_address.main.address
}

output "webhook_urls" {
  description = "What to enter at each payment provider, at the address of the load balancer."
  value       = { for provider in keys(module.connectors.webhook_urls) : provider => "https://${local.domain}/${provider}" }
}

# Everything the module puts out: terraform output -json connectors | jq .secrets
output "connectors" {
  description = "Every output of the module."
  value       = module.connectors
  sensitive   = true
}
