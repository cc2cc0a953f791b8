resource "google_project_service" "compute" {
  project            = "my-shop"
  service            = "compute.googleapis.com"
  disable_on_destroy = false
}

resource "google_compute_global_address" "main" {
  project = "my-shop"
  name    = "ga4-webhooks"

  depends_on = [google_project_service.compute]
}

resource "google_compute_region_network_endpoint_group" "main" {
  project               = "my-shop"
  region                = "europe-west1"
  name                  = "ga4-webhooks"
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = module.connectors.functions["payment_webhook"].name
  }
}

# A provider sends all its webhooks from a few addresses, and thousands at once after an outage: the
# limit is for floods. An address that exceeds it gets 429, and providers try again.
resource "google_compute_security_policy" "main" {
  #checkov:skip=CKV_GCP_73:Nothing behind it runs Java, and a rule that reads bodies could refuse a payment.

  project = "my-shop"
  name    = "ga4-webhooks"

  rule {
    action   = "throttle"
    priority = 1000

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }

    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"

      rate_limit_threshold {
        count        = 3000
        interval_sec = 60
      }
    }
  }

  rule {
    action   = "allow"
    priority = 2147483647

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }

  depends_on = [google_project_service.compute]
}

resource "google_compute_backend_service" "main" {
  project               = "my-shop"
  name                  = "ga4-webhooks"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  security_policy       = google_compute_security_policy.main.id

  backend {
    group = google_compute_region_network_endpoint_group.main.id
  }

  log_config {
    enable = true
  }
}

resource "google_compute_url_map" "main" {
  project         = "my-shop"
  name            = "ga4-webhooks"
  default_service = google_compute_backend_service.main.id
}

# It is issued once the domain's A record names the address: up to an hour.
resource "google_compute_managed_ssl_certificate" "main" {
  project = "my-shop"
  name    = "ga4-webhooks"

  managed {
    domains = [local.domain]
  }

  depends_on = [google_project_service.compute]
}

resource "google_compute_ssl_policy" "main" {
  project         = "my-shop"
  name            = "ga4-webhooks"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"

  depends_on = [google_project_service.compute]
}

resource "google_compute_target_https_proxy" "main" {
  project          = "my-shop"
  name             = "ga4-webhooks"
  url_map          = google_compute_url_map.main.id
  ssl_certificates = [google_compute_managed_ssl_certificate.main.id]
  ssl_policy       = google_compute_ssl_policy.main.id
}

resource "google_compute_global_forwarding_rule" "main" {
  project               = "my-shop"
  name                  = "ga4-webhooks"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.main.id
  port_range            = "443"
  target                = google_compute_target_https_proxy.main.id
}
