# Two shops in one project: each with its own stream, webhooks, ledger, secrets and alerts. The prefix
# distinguishes them. What is the project's as a whole, one of them makes.
provider "google" {
  project = "my-shops"
  region  = "europe-west1"
}

locals {
  shops = {
    mugs = { measurement_id = "G-MUGS000001", providers = { stripe = {} } }
    teas = { measurement_id = "G-TEAS000001", providers = { shopify = {} } }
  }
  first = sort(keys(local.shops))[0]
}

module "pubsub_agent" {
  source  = "../../modules/pubsub_agent"
  project = "my-shops"
}

module "connectors" {
  source   = "../.."
  for_each = local.shops

  project           = "my-shops"
  region            = "europe-west1"
  prefix            = each.key
  measurement_id    = each.value.measurement_id
  payment_providers = each.value.providers

  audit_secrets       = each.key == local.first
  notification_emails = ["oncall@${each.key}.example"]
  service_agents      = { pubsub = module.pubsub_agent.email }
  labels              = { shop = each.key }
}

# Everything the module puts out: terraform output -json connectors | jq .mugs.webhook_urls
output "connectors" {
  description = "Every output of the module, by shop."
  value       = module.connectors
  sensitive   = true
}
