locals {
  # What a comparison finds that a person should look at; tests/terraform holds it against the Python.
  wrong = ["counted_twice", "different", "doubled", "lost", "missing", "pending", "rejected", "unmatched", "unexpected"]

  # A metric's name may hold no hyphen where PromQL asks for it.
  metric_prefix = replace(var.prefix, "-", "_")

  _services = join(" OR ", [for name in keys(local.deployed) : "resource.labels.service_name=\"${module.function[name].name}\""])
  _lines    = "resource.type=\"cloud_run_revision\" AND (${local._services})"

  # What Cloud Scheduler calls, and what each of them counts.
  _jobs    = join(" OR ", [for name, function in local.deployed : "resource.labels.job_id=\"${var.prefix}-${name}\"" if function.scheduled])
  compares = contains(keys(local.deployed), "reconciliation")
  settles  = contains(keys(local.deployed), "event_status")

  # What a run of event_status counts beside the events that have a line of their own.
  settled = ["ads_errors", "delivered", "failed_look_ups", "left", "processing"]

  # Counted from the functions' own log lines; tests/terraform compares every word with the Python.
  counters = merge({
    payments_counted_twice = {
      description = "Payments that were sent as two purchases, before it was known that they are one"
      filter      = "${local._lines} AND jsonPayload.event=\"counted_twice\""
      labels      = ["provider"]
    }
    id_conflicts = {
      description = "Payments that came under the transaction id of another one, and were sent under their own"
      filter      = "${local._lines} AND jsonPayload.event=\"id_conflict\""
      labels      = ["provider"]
    }
    events = {
      description = "What became of each event"
      filter      = "${local._lines} AND jsonPayload.event=\"event\""
      labels      = ["attribution", "outcome", "provider", "stream"]
    }
    late_events = {
      description = "Events too old for GA4 to take their time"
      filter      = "${local._lines} AND jsonPayload.event=\"event\" AND jsonPayload.late=true"
      labels      = ["outcome"]
    }
    imbalances = {
      description = "Comparisons of the ledger with a provider or GA4's export that did not balance"
      filter      = "${local._lines} AND jsonPayload.event=\"reconciliation\" AND severity=ERROR"
      labels      = ["against"]
    }
    requests = {
      description = "How each request was answered"
      filter      = "${local._lines} AND jsonPayload.event=\"request\""
      labels      = ["function", "outcome", "status"]
    }
    }, length(var.streams) == 0 ? {} : {
    unrouted_events = {
      description = "Events that no rule of routes takes"
      filter      = "${local._lines} AND jsonPayload.event=\"event\" AND jsonPayload.outcome=\"ignored\" AND jsonPayload.reason=~\"^no route \""
      labels      = ["provider"]
    }
    }, !local.settles ? {} : {
    sink_refused = {
      description = "Events that Google did not take because of rights, ids or a service that is off"
      filter      = "${local._lines} AND jsonPayload.event=\"sink_refused\""
      labels      = ["stream"]
    }
    status_rejected = {
      description = "Events that Google took and did not process, by its reason"
      filter      = "${local._lines} AND jsonPayload.event=\"status_rejected\""
      labels      = ["name", "provider", "reason"]
    }
    status_overdue = {
      description = "Events of which Google never said what became of them"
      filter      = "${local._lines} AND jsonPayload.event=\"status_overdue\""
      labels      = ["name", "provider"]
    }
    status_unnamed = {
      description = "Events of requests of which some failed, and Google does not say which"
      filter      = "${local._lines} AND jsonPayload.event=\"status_unnamed\""
      labels      = ["name", "provider"]
    }
    }, !local.scheduled ? {} : {
    # Cloud Scheduler's own lines: what it could not call has no line of ours.
    scheduler_failures = {
      description = "Attempts of Cloud Scheduler that failed, before or in the function"
      filter      = "resource.type=\"cloud_scheduler_job\" AND (${local._jobs}) AND severity>=ERROR"
      labels      = []
    }
  })
}

resource "google_logging_metric" "counters" {
  for_each = local.counters

  project          = var.project
  name             = "${local.metric_prefix}_${each.key}"
  description      = each.value.description
  filter           = each.value.filter
  label_extractors = { for label in each.value.labels : label => "EXTRACT(jsonPayload.${label})" }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"

    dynamic "labels" {
      for_each = each.value.labels
      content {
        key = labels.value
      }
    }
  }

  depends_on = [time_sleep.services]
}

# Of many requests that are refused alike, one line says for how many others it stands. Requests are
# the lines that `requests` counts and the sum of these.
resource "google_logging_metric" "suppressed" {
  project          = var.project
  name             = "${local.metric_prefix}_suppressed_requests"
  description      = "Requests that have no line of their own, as many like them came within a minute"
  filter           = "${local.counters.requests.filter} AND jsonPayload.suppressed>0"
  value_extractor  = "EXTRACT(jsonPayload.suppressed)"
  label_extractors = { for label in local.counters.requests.labels : label => "EXTRACT(jsonPayload.${label})" }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = "1"

    dynamic "labels" {
      for_each = local.counters.requests.labels
      content {
        key = labels.value
      }
    }
  }

  bucket_options {
    exponential_buckets {
      num_finite_buckets = 24
      growth_factor      = 2
      scale              = 1
    }
  }

  depends_on = [time_sleep.services]
}

# What a comparison counted: words of the lines' counts, and how many events each stood for.
resource "google_logging_metric" "figures" {
  for_each = toset(local.compares ? concat(local.wrong, ["orphaned"]) : [])

  project          = var.project
  name             = "${local.metric_prefix}_${each.key}"
  description      = "Events that a comparison of the ledger found ${each.key}"
  filter           = "${local._lines} AND jsonPayload.event=\"reconciliation\""
  value_extractor  = "EXTRACT(jsonPayload.counts.${each.key})"
  label_extractors = { against = "EXTRACT(jsonPayload.against)" }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = "1"

    labels {
      key = "against"
    }
  }

  bucket_options {
    exponential_buckets {
      num_finite_buckets = 24
      growth_factor      = 2
      scale              = 1
    }
  }

  depends_on = [time_sleep.services]
}

# What Google said of the events that it took: how many came how far in each run.
resource "google_logging_metric" "statuses" {
  for_each = toset(local.settles ? local.settled : [])

  project         = var.project
  name            = "${local.metric_prefix}_status_${each.key}"
  description     = "Of runs of event_status: ${replace(each.key, "_", " ")}"
  filter          = "${local._lines} AND jsonPayload.event=\"event_status\""
  value_extractor = "EXTRACT(jsonPayload.counts.${each.key})"

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = "1"
  }

  bucket_options {
    exponential_buckets {
      num_finite_buckets = 24
      growth_factor      = 2
      scale              = 1
    }
  }

  depends_on = [time_sleep.services]
}
