# Everything switched on. tests/terraform reads this plan too, and holds it against the Python; the
# archive provider is real, so that the zips are.

mock_provider "google" {
  mock_data "google_storage_project_service_account" {
    defaults = { email_address = "service-123456789012@gs-project-accounts.iam.gserviceaccount.com" }
  }
}

variables {
  project        = "my-project"
  region         = "europe-west1"
  measurement_id = "G-AB12CD34EF"
}

run "everything" {
  command = plan

  variables {
    audit_secrets = true
    budget        = { amount = 50, billing_account = "0A1B2C-3D4E5F-6A7B8C", currency = "EUR" }
    capture = {
      browser_days     = 7
      origins          = ["https://shop.example"]
      proxies          = 1
      rate_per_address = 30
      rate_per_minute  = 60
      references       = ["ord_{base62:22}", "{hex:32}"]
      retention_days   = 90
      second_secret    = true
    }
    collection_host      = "eu"
    customer_managed_key = "projects/my-project/locations/europe-west1/keyRings/r/cryptoKeys/k"
    enrichment = {
      catalogue = "bigquery:my-project.shop.costs"
      customers = "firestore:my-crm/(default)"
    }
    event_status        = { after_seconds = 3600, schedule = "*/15 * * * *" }
    functions           = { for folder in fileset("../functions", "*/main.py") : dirname(folder) => { min_instances = 1 } }
    notification_emails = ["oncall@shop.example"]
    payment_providers = {
      chargebee  = { api_key = true, site = "my-shop" }
      mollie     = { api_key = true, disputes = true }
      paddle     = { api_key = true, disputes = true, item_id = "price", sandbox = true }
      paypal     = { api_key = true, client_id = "AbCdEf-app", sandbox = true }
      revenuecat = { api_key = true, project = "proj1ab2c3d4" }
      shopify    = { api_key = true, client_id = "0123456789abcdef0123456789abcdef", item_id = "sku", shop = "my-shop.myshopify.com" }
      standard   = { key_encoding = "either", second_secret = true }
      stripe = {
        api_key         = true
        balance_paid    = true
        charges         = true
        disputes        = true
        invoices        = true
        item_id         = "metadata:sku"
        lifecycle       = true
        payment_failed  = true
        payment_intents = true
      }
      woocommerce = { api_key = true, item_id = "product", shop = "shop.example.com" }
    }
    policies = {
      accept_test_events       = true
      context_wait_seconds     = 2
      enrichment_event_name    = "order_margin"
      ignored_retention_days   = 7
      late_events              = "reject"
      personal_data_exemptions = ["coupon"]
      renewal_event_name       = "renewal"
      transaction_id_keys      = ["order_id"]
      unattributed_events      = "withhold"
      unknown_refunds          = "withhold"
      owner_wait_seconds       = 60
      user_data                = "send"
      value_basis              = "gross"
    }
    project_number = "123456789012"
    property_id    = "123456789"
    public_access  = "load_balancer"
    reconciliation = {
      days   = 7
      export = { dataset = "my-analytics.analytics_123456", max_gib = 500, stream = "7001" }
      repair = true
    }
    retention            = { ledger_days = 60, order_days = 3650 }
    runtime              = "python312"
    secret_rotation_days = 90
    sink                 = "data_manager"
    service_agents       = { pubsub = "service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com" }
    vpc                  = { connector = "projects/my-project/locations/europe-west1/connectors/c", egress = "ALL_TRAFFIC" }
    worker_pool          = "projects/my-project/locations/europe-west1/workerPools/w"
  }

  assert {
    condition     = toset(keys(output.bundles)) == toset(local.known)
    error_message = "Every function of the repository can be deployed."
  }

  assert {
    condition     = alltrue([for name, zip in output.bundles : google_storage_bucket_object.bundle[name].name == "${name}/${zip.sha256}.zip"])
    error_message = "An object's name carries the hash of its zip, so that new code is a new revision."
  }

  assert {
    condition     = alltrue([for settings in values(output.settings) : !can(regex("whsec_", jsonencode(settings)))])
    error_message = "No secret stands in an environment."
  }

  assert {
    condition     = length(google_kms_crypto_key_iam_member.agents) == 7
    error_message = "With a key of one's own each of Google's agents may use it."
  }

  assert {
    condition = alltrue([for users in output.ga4_users : users.role == "Editor" && users.property == "123456789"]) && (
      toset(keys(google_project_iam_member.data_manager)) == toset(local.known)
    )
    error_message = "Every function may call the Data Manager API, and whom to add to the property is put out."
  }

  assert {
    condition     = contains(keys(google_monitoring_alert_policy.main), "secret_rotation")
    error_message = "Somebody is notified of a secret that is due."
  }

  assert {
    condition = alltrue([
      for grant in google_project_iam_member.store :
      grant.condition[0].expression == "resource.name == \"projects/my-project/databases/ga4-connectors\""
    ])
    error_message = "A function reaches its own database and no other."
  }
}
