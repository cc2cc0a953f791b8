locals {
  # Every function there can be. A new one needs its folder under functions/, an entry here and one
  # in settings.tf; tests/terraform compares all three with the Python.
  #   public     Anybody may call it: what it is sent proves itself.
  #   topic      Pub/Sub pushes the topic of this name to it.
  #   scheduled  Cloud Scheduler calls it.
  #   standard   It is deployed unless `functions` says otherwise.
  catalogue = {
    context_capture = {
      description = "Keeps what the browser knows of an order"
      public      = true
      topic       = null
      scheduled   = false
      standard    = false
    }
    data_enrichment = {
      description = "Sends margin and segment of an order"
      public      = false
      topic       = "enrichment"
      scheduled   = false
      standard    = local.enriches
    }
    event_status = {
      description = "Asks Google what became of events"
      public      = false
      topic       = null
      scheduled   = true
      standard    = local.uses_data_manager
    }
    offline_event = {
      description = "Sends what happened in a CRM, a shop or a device"
      public      = false
      topic       = "offline-events"
      scheduled   = false
      standard    = true
    }
    payment_webhook = {
      description = "Takes the webhooks of payment providers"
      public      = true
      topic       = null
      scheduled   = false
      standard    = true
    }
    reconciliation = {
      description = "Compares the ledger with what providers and GA4 recorded"
      public      = false
      topic       = null
      scheduled   = true
      standard    = false
    }
    subscription_renewal = {
      description = "Sends renewals of subscriptions"
      public      = false
      topic       = "renewals"
      scheduled   = false
      standard    = true
    }
  }

  # The repository decides which of them there are: a function is a folder with a main.py.
  known = [for name in keys(local.catalogue) : name if fileexists("${local.repository}/functions/${name}/main.py")]

  # Reconciling reads a provider's record, for which it needs a key, or GA4's export.
  reconciles = anytrue([
    for provider, options in var.payment_providers : options.api_key && contains(local.recorded_providers, provider)
  ]) || var.reconciliation.export != null

  # Without a source data_enrichment would read three documents for each order, and find nothing.
  enriches = var.enrichment.catalogue != null || var.enrichment.customers != null

  # What `functions` says of none; null leaves to the catalogue, or to the code.
  standard_size = {
    concurrency     = 40
    cpu             = 1
    max_instances   = 20
    memory_mib      = 512
    min_instances   = 0
    settings        = {}
    timeout_seconds = null
  }
  sizes = (
    var.functions == null
    ? { for name in local.known : name => local.standard_size if local.catalogue[name].standard || (name == "reconciliation" && local.reconciles) }
    : var.functions
  )
  deployed = {
    for name, size in local.sizes : name => merge(local.catalogue[name], {
      # Where nobody waits for the answer, a request may take 540 seconds.
      size = merge(size, { timeout_seconds = coalesce(size.timeout_seconds, local.catalogue[name].scheduled ? 600 : 60) })
    })
  }

  scheduled = anytrue([for function in values(local.deployed) : function.scheduled])
  public    = [for name, function in local.deployed : name if function.public]

  # Of the public ones: where requests may come from, and whether Cloud Run lets anybody in by a
  # grant. Where an organisation forbids that grant, the check is switched off instead, by hand.
  public_ingress = startswith(var.public_access, "load_balancer") ? "ALLOW_INTERNAL_AND_GCLB" : "ALLOW_ALL"
  unchecked      = endswith(var.public_access, "unchecked")
}

module "function" {
  source   = "./modules/function"
  for_each = local.deployed

  project     = var.project
  region      = var.region
  prefix      = var.prefix
  labels      = var.labels
  description = each.value.description

  # Folder, function and entry point have one name.
  entry_point = each.key
  runtime     = var.runtime
  build = {
    repository      = google_artifact_registry_repository.images.id
    service_account = google_service_account.build.id
    worker_pool     = var.worker_pool
  }
  source_object = {
    bucket     = google_storage_bucket.source.name
    generation = google_storage_bucket_object.bundle[each.key].generation
    name       = google_storage_bucket_object.bundle[each.key].name
  }

  # Pub/Sub and Scheduler of the project count as internal, so that only a public function can be
  # reached from the internet at all. `allUsers` only where the sender cannot have a Google identity:
  # it proves itself by a signature.
  ingress = each.value.public ? local.public_ingress : "ALLOW_INTERNAL_ONLY"
  invokers = merge(
    each.value.public && !local.unchecked ? { everybody = "allUsers" } : {},
    each.value.topic == null ? {} : { push = "serviceAccount:${google_service_account.push[0].email}" },
    each.value.scheduled ? { schedule = "serviceAccount:${google_service_account.schedule[0].email}" } : {},
  )

  settings             = local.settings[each.key]
  size                 = each.value.size
  vpc                  = var.vpc
  customer_managed_key = var.customer_managed_key

  depends_on = [time_sleep.build_grants, time_sleep.key_grants, time_sleep.services]
}
