# payment_webhook under a domain of your own, behind Cloud Armor's rate limit. It answers nobody who
# comes another way.
provider "google" {
  project = "my-shop"
  region  = "europe-west1"
}

provider "google-beta" {
  project = "my-shop"
  region  = "europe-west1"
}

locals {
  domain = "payments.shop.example"
}

module "connectors" {
  source = "../.."

  project        = "my-shop"
  region         = "europe-west1"
  measurement_id = "G-SHOP000001"

  # Where an organisation forbids grants to everybody: load_balancer_unchecked.
  public_access = "load_balancer"

  notification_emails = ["oncall@shop.example"]
  service_agents      = { pubsub = google_project_service_identity.pubsub.email }
}
