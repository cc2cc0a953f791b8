# Cloud Scheduler calls the functions as this account, which may do nothing else.
resource "google_service_account" "schedule" {
  count = local.scheduled ? 1 : 0

  project      = var.project
  account_id   = "${var.prefix}-schedule"
  display_name = "Calls the functions that run by the clock"

  depends_on = [time_sleep.services]
}

resource "google_cloud_scheduler_job" "main" {
  for_each = { for name, function in local.deployed : name => function if function.scheduled }

  project          = var.project
  region           = var.region
  name             = "${var.prefix}-${each.key}"
  description      = each.value.description
  schedule         = { event_status = var.event_status.schedule, reconciliation = var.reconciliation.schedule }[each.key]
  time_zone        = "Etc/UTC"
  attempt_deadline = "${each.value.size.timeout_seconds + 30}s"

  http_target {
    http_method = "POST"
    uri         = module.function[each.key].url

    oidc_token {
      service_account_email = google_service_account.schedule[0].email
      audience              = module.function[each.key].url
    }
  }

  # What runs every few minutes comes again by itself.
  retry_config {
    retry_count          = each.key == "reconciliation" ? 3 : 0
    min_backoff_duration = "60s"
  }
}
