resource "google_pubsub_topic" "main" {
  project      = var.project
  name         = var.name
  labels       = var.labels
  kms_key_name = var.customer_managed_key

  # Messages carry purchases; they stay where the operator chose to keep them.
  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }
}

# Ours and not Eventarc's: a trigger's subscription can be given neither a dead-letter topic nor a
# deadline, a backoff or a retention.
resource "google_pubsub_subscription" "push" {
  count = var.push == null ? 0 : 1

  project = var.project
  name    = "${var.name}-push"
  topic   = google_pubsub_topic.main.id
  labels  = var.labels

  ack_deadline_seconds       = var.push.ack_deadline_seconds
  enable_message_ordering    = var.push.ordered
  message_retention_duration = "${var.push.retention_days * 24 * 60 * 60}s"

  # A subscription that had no traffic for a month would otherwise be deleted, silently.
  expiration_policy {
    ttl = ""
  }

  push_config {
    push_endpoint = var.push.endpoint

    # Cloud Run checks the token before the function sees the message.
    oidc_token {
      service_account_email = var.push.invoker
      audience              = var.push.endpoint
    }
  }

  retry_policy {
    minimum_backoff = "${var.push.minimum_backoff_seconds}s"
    maximum_backoff = "${var.push.maximum_backoff_seconds}s"
  }

  dead_letter_policy {
    dead_letter_topic     = var.push.dead_letter_topic
    max_delivery_attempts = var.push.maximum_attempts
  }
}

# To move a message to the dead letters, Pub/Sub's own agent acknowledges it here.
resource "google_pubsub_subscription_iam_member" "agent" {
  count = var.push == null ? 0 : 1

  project      = var.project
  subscription = google_pubsub_subscription.push[0].name
  role         = "roles/pubsub.subscriber"
  member       = var.pubsub_agent
}

# A topic without a subscription drops what it is given: where nothing is pushed, a person pulls.
resource "google_pubsub_subscription" "pull" {
  count = var.push == null ? 1 : 0

  project = var.project
  name    = "${var.name}-pull"
  topic   = google_pubsub_topic.main.id
  labels  = var.labels

  ack_deadline_seconds       = 60
  message_retention_duration = "${var.pull_retention_days * 24 * 60 * 60}s"

  expiration_policy {
    ttl = ""
  }
}

resource "google_pubsub_topic_iam_member" "publishers" {
  for_each = var.publishers

  project = var.project
  topic   = google_pubsub_topic.main.name
  role    = "roles/pubsub.publisher"
  member  = each.value
}
