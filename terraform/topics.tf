locals {
  pubsub_agent = "serviceAccount:${local.agents.pubsub}"

  # The functions that are pushed to, each with its topic.
  listeners = { for name, function in local.deployed : name => function if function.topic != null }

  # Which functions hand on to which. Reconciliation does only where it sends what is missing.
  _repairs = var.reconciliation.repair ? ["reconciliation"] : []
  publishers = {
    data_enrichment      = concat(["payment_webhook", "subscription_renewal"], local._repairs)
    offline_event        = []
    subscription_renewal = concat(["payment_webhook"], local._repairs)
  }
}

# Pub/Sub calls the functions as this account, which may do nothing else.
resource "google_service_account" "push" {
  count = length(local.listeners) > 0 ? 1 : 0

  project      = var.project
  account_id   = "${var.prefix}-push"
  display_name = "Pushes messages to the functions"

  depends_on = [time_sleep.services]
}

# Pub/Sub's agent makes the tokens. Newer projects allow it by themselves, older ones do not.
resource "google_service_account_iam_member" "push" {
  count = length(local.listeners) > 0 ? 1 : 0

  service_account_id = google_service_account.push[0].name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = local.pubsub_agent
}

module "topic" {
  source   = "./modules/topic"
  for_each = local.listeners

  project              = var.project
  region               = var.region
  name                 = "${var.prefix}-${each.value.topic}"
  labels               = var.labels
  pubsub_agent         = local.pubsub_agent
  customer_managed_key = var.customer_managed_key

  publishers = {
    for name in local.publishers[each.key] : name => module.function[name].member
    if contains(keys(local.deployed), name)
  }

  push = merge(var.push, {
    endpoint          = module.function[each.key].url
    invoker           = google_service_account.push[0].email
    dead_letter_topic = module.dead_letters[each.key].name
    # payment_webhook gives the renewals of one subscription one key. The others come in any order.
    ordered = each.key == "subscription_renewal"
  })

  depends_on = [time_sleep.key_grants, time_sleep.services]
}

# What is pushed to a function and can never succeed is set aside here, with the reason: by the
# function itself, and by Pub/Sub after the last attempt.
module "dead_letters" {
  source   = "./modules/topic"
  for_each = local.listeners

  project              = var.project
  region               = var.region
  name                 = "${var.prefix}-${each.value.topic}-dead-letter"
  labels               = var.labels
  pubsub_agent         = local.pubsub_agent
  customer_managed_key = var.customer_managed_key

  publishers = {
    function = module.function[each.key].member
    agent    = local.pubsub_agent
  }

  depends_on = [time_sleep.key_grants, time_sleep.services]
}

# Where Secret Manager says that a new value is due. The person who brings it acknowledges the
# message. An alert reports it until then.
module "rotation_topic" {
  source = "./modules/topic"
  count  = var.secret_rotation_days == null ? 0 : 1

  project              = var.project
  region               = var.region
  name                 = "${var.prefix}-secret-rotation"
  labels               = var.labels
  pubsub_agent         = local.pubsub_agent
  customer_managed_key = var.customer_managed_key
  publishers           = { agent = "serviceAccount:${local.agents.secret_manager}" }

  depends_on = [time_sleep.key_grants, time_sleep.services]
}
