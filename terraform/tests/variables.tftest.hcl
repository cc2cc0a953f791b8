# Each validation refuses what it is there to refuse. A run breaks one rule of several variables at
# once, of those that do not look at one another: a provider's schema takes seconds to load.

mock_provider "archive" {}
mock_provider "google" {}

variables {
  project        = "my-project"
  region         = "europe-west1"
  measurement_id = "G-AB12CD34EF"
}

run "first_rules" {
  command = plan

  variables {
    alerts                = { late_share = 5 }
    budget                = { amount = 0.5, billing_account = "0A1B2C-3D4E5F-6A7B8C" }
    capture               = { origins = ["https://shop.example/checkout"] }
    collection_host       = "us"
    customer_managed_key  = "projects/p/locations/us-east1/keyRings/r/cryptoKeys/k"
    functions             = { payment_webhok = {} }
    labels                = { Team = "growth" }
    measurement_id        = "UA-1234-1"
    notification_channels = ["on call"]
    notification_emails   = ["oncall"]
    payment_providers     = {}
    policies              = { late_events = "drop" }
    prefix                = "connectors"
    project               = "123456789012"
    project_number        = "my-project"
    public_access         = "nobody"
    retention             = { ledger_days = 59 }
    runtime               = "python310"
    secret_rotation_days  = 0
    service_agents        = { pub_sub = "a@b" }
    vpc                   = { connector = "projects/p/locations/l/connectors/c", egress = "ALL" }
    worker_pool           = "pool"
  }

  expect_failures = [
    var.alerts,
    var.budget,
    var.capture,
    var.collection_host,
    var.customer_managed_key,
    var.functions,
    var.labels,
    var.measurement_id,
    var.notification_channels,
    var.notification_emails,
    var.payment_providers,
    var.policies,
    var.prefix,
    var.project,
    var.project_number,
    var.public_access,
    var.retention,
    var.runtime,
    var.secret_rotation_days,
    var.service_agents,
    var.vpc,
    var.worker_pool,
  ]
}

run "second_rules" {
  command = plan

  variables {
    alerts            = { failed_deliveries = -1 }
    budget            = { amount = 50, billing_account = "my account" }
    capture           = { signed = false }
    functions         = { payment_webhook = { cpu = 0.5 } }
    labels            = { team = "Growth" }
    payment_providers = { acme = {} }
    policies          = { unattributed_events = "drop" }
    region            = "europe-west1-b"
    retention         = { order_days = 90.5 }
    vpc               = { connector = "c" }
  }

  expect_failures = [
    var.alerts,
    var.budget,
    var.capture,
    var.functions,
    var.labels,
    var.payment_providers,
    var.policies,
    var.region,
    var.retention,
    var.vpc,
  ]
}

run "third_rules" {
  command = plan

  variables {
    alerts               = { p95_latency_ms = 0 }
    budget               = { amount = 50, billing_account = "0A1B2C-3D4E5F-6A7B8C", currency = "euro" }
    capture              = { retention_days = 801 }
    customer_managed_key = "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k"
    firestore_location   = "eur3"
    functions            = { payment_webhook = { memory_mib = 128 } }
    payment_providers    = { paddle = { invoices = true } }
    policies             = { value_basis = "brutto" }
    retention            = { order_days = 3651 }
  }

  expect_failures = [
    var.alerts,
    var.budget,
    var.capture,
    var.firestore_location,
    var.functions,
    var.payment_providers,
    var.policies,
    var.retention,
  ]
}

run "fourth_rules" {
  command = plan

  variables {
    alerts    = { silence_hours = 100 }
    database  = "(default)"
    capture   = { rate_per_minute = 0 }
    functions = { payment_webhook = { min_instances = 3, max_instances = 2 } }
    policies  = { renewal_event_name = "re-newal" }
  }

  expect_failures = [var.alerts, var.capture, var.database, var.functions, var.policies]
}

run "references_of_a_form_the_function_does_not_know" {
  command = plan

  variables {
    capture = { references = ["ord_.*"], proxies = -1 }
  }

  expect_failures = [var.capture]
}

run "a_timeout_no_subscription_waits_for_and_an_event_that_counts_money_twice" {
  command = plan

  variables {
    functions = { payment_webhook = { timeout_seconds = 600 } }
    policies  = { enrichment_event_name = "purchase" }
  }

  expect_failures = [var.functions, var.policies]
}

run "a_secret_among_the_settings_and_a_wait_too_long_for_a_provider" {
  command = plan

  variables {
    functions = { payment_webhook = { settings = { GA4_API_SECRET = "whsec_x" } } }
    policies  = { context_wait_seconds = 6 }
  }

  expect_failures = [var.functions, var.policies]
}

run "a_deployment_that_marks_every_event_for_debugging_warns" {
  command = plan

  variables {
    policies = { debug = true }
  }

  expect_failures = [check.debug]
}

run "a_record_of_ignored_deliveries_for_longer_than_the_ledger_keeps_events" {
  command = plan

  variables {
    policies = { ignored_retention_days = 91 }
  }

  expect_failures = [var.policies]
}

run "a_setting_in_small_letters" {
  command = plan

  variables {
    functions = { payment_webhook = { settings = { store = "x" } } }
  }

  expect_failures = [var.functions]
}

run "a_deadline_of_seconds_and_more_days_than_stripe_keeps" {
  command = plan

  variables {
    push           = { ack_deadline_seconds = 5 }
    reconciliation = { days = 31 }
  }

  expect_failures = [var.push, var.reconciliation]
}

run "too_few_attempts_and_a_schedule_in_words" {
  command = plan

  variables {
    push           = { maximum_attempts = 1 }
    reconciliation = { schedule = "daily" }
  }

  expect_failures = [var.push, var.reconciliation]
}

run "a_backoff_that_shrinks" {
  command = plan

  variables {
    push = { minimum_backoff_seconds = 60, maximum_backoff_seconds = 30 }
  }

  expect_failures = [var.push]
}

run "a_retention_beyond_pubsubs" {
  command = plan

  variables {
    push = { retention_days = 60 }
  }

  expect_failures = [var.push]
}

run "reconciling_without_a_key" {
  command = plan

  variables {
    functions = { payment_webhook = {}, reconciliation = {} }
    policies  = { user_data = "true" }
  }

  expect_failures = [var.policies, var.reconciliation]
}

run "an_export_of_no_property" {
  command = plan

  variables {
    push           = { ack_deadline_seconds = 5 }
    reconciliation = { export = { dataset = "my-analytics.crm", stream = "web" } }
  }

  expect_failures = [var.push, var.reconciliation]
}

run "a_key_for_no_shop" {
  command = plan

  variables {
    payment_providers = { shopify = { api_key = true } }
  }

  expect_failures = [var.payment_providers]
}

run "a_key_for_no_shop_of_woocommerce" {
  command = plan

  variables {
    payment_providers = { woocommerce = { api_key = true } }
  }

  expect_failures = [var.payment_providers]
}

run "a_key_for_no_site" {
  command = plan

  variables {
    payment_providers = { chargebee = { api_key = true }, revenuecat = { api_key = true } }
  }

  expect_failures = [var.payment_providers]
}

run "a_shop_under_a_domain_of_its_own_and_a_catalogue_in_a_file" {
  command = plan

  variables {
    enrichment        = { catalogue = "csv:costs.csv" }
    payment_providers = { shopify = { shop = "shop.example" } }
  }

  expect_failures = [var.enrichment, var.payment_providers]
}

run "a_key_where_no_api_is_asked" {
  command = plan

  variables {
    payment_providers = { standard = { api_key = true } }
  }

  expect_failures = [var.payment_providers]
}

run "enriching_without_a_source" {
  command = plan

  variables {
    functions = { data_enrichment = {} }
  }

  expect_failures = [var.functions]
}

run "an_export_nobody_reads" {
  command = plan

  variables {
    functions      = { payment_webhook = {} }
    reconciliation = { export = { dataset = "my-analytics.analytics_1" } }
  }

  expect_failures = [var.reconciliation]
}

run "a_source_nobody_reads" {
  command = plan

  variables {
    enrichment = { catalogue = "bigquery:my-project.shop.costs" }
    functions  = { payment_webhook = {} }
  }

  expect_failures = [var.functions]
}
