locals {
  _metric         = "logging_googleapis_com:user_${local.metric_prefix}"
  _revision       = "monitored_resource=\"cloud_run_revision\""
  _services_regex = join("|", [for name in keys(local.deployed) : module.function[name].name])
  _dead_letters   = join("|", [for topic in values(module.dead_letters) : topic.subscription])
  _pushed         = join("|", [for topic in values(module.topic) : topic.subscription])

  channels = concat(
    var.notification_channels,
    [for channel in google_monitoring_notification_channel.email : channel.name],
  )

  # An hour's number of events; shares of a handful would wake people for nothing.
  _delivered = "sum(increase(${local._metric}_events{${local._revision},outcome=\"delivered\"}[1h]))"
  _decided   = "sum(increase(${local._metric}_events{${local._revision},outcome=~\"delivered|rejected|uncertain|withheld\"}[1h]))"
  _enough    = "${local._decided} >= ${var.alerts.minimum_events}"

  # Requests of a while, those without a line of their own too.
  _answers = {
    failed  = { outcome = "outcome=~\"unavailable|misconfigured|failed\"", windows = ["10m", "1d"] }
    forged  = { outcome = "outcome=\"bad_signature\"", windows = ["10m"] }
    refused = { outcome = "outcome=\"too_many\"", windows = ["10m"] }
  }
  _answered = {
    for name, answer in local._answers : name => {
      for window in answer.windows : window => join(" + ", [
        for metric in ["requests", "suppressed_requests_sum"] :
        "(sum(increase(${local._metric}_${metric}{${local._revision},${answer.outcome}}[${window}])) or vector(0))"
      ])
    }
  }

  # So many events a week that ten of them are usual in the hours that must not be silent.
  _usual = ceil(10 * 7 * 24 / var.alerts.silence_hours)

  # PromQL throughout: it divides one metric by another, and takes a metric that was made a moment ago
  # and has no data yet.
  alerts = merge(
    {
      failed_deliveries = {
        severity = "ERROR"
        holds    = "0s"
        # Many at once, or a few each hour: a trickle would never be many at once.
        query = join(" or ", [
          for window, most in { "10m" = var.alerts.failed_deliveries, "1d" = var.alerts.failed_deliveries_day } : join(" ", [
            "((sum(increase(${local._metric}_events{${local._revision},outcome=~\"rejected|uncertain\"}[${window}])) or vector(0))",
            "+ ${local._answered.failed[window]}",
            "> ${most})",
          ])
        ])
        meaning = "Events were rejected or got no clear answer, or requests ended in an error."
      }
      counted_twice = {
        severity = "ERROR"
        holds    = "0s"
        query    = "sum by (provider) (increase(${local._metric}_payments_counted_twice{${local._revision}}[1h])) > 0"
        meaning  = "GA4 counts one payment twice. Two of its events were sent before we knew that they are one payment."
      }
      id_conflicts = {
        severity = "WARNING"
        holds    = "0s"
        query    = "sum by (provider) (increase(${local._metric}_id_conflicts{${local._revision}}[1h])) > 0"
        meaning  = "A payment came under the transaction id of another payment. Both were sent, this one under the provider's own id."
      }
      forged_signatures = {
        severity = "WARNING"
        holds    = "0s"
        query    = "${local._answered.forged["10m"]} > ${var.alerts.forged_signatures}"
        meaning  = "Many requests have a wrong signature: a forger, or a secret that was rotated on one side only."
      }
      unattributed_share = {
        severity = "WARNING"
        holds    = "600s"
        query = join(" ", [
          "sum(increase(${local._metric}_events{${local._revision},outcome=\"delivered\",attribution=\"generated\"}[1h]))",
          "/ ${local._delivered} > ${var.alerts.unattributed_share} and ${local._enough}",
        ])
        meaning = "Too many events were sent under a made-up client. They have no session."
      }
      late_share = {
        severity = "WARNING"
        holds    = "600s"
        query    = "sum(increase(${local._metric}_late_events{${local._revision}}[1h])) / ${local._decided} > ${var.alerts.late_share} and ${local._enough}"
        meaning  = "Too many events are older than 72 hours. GA4 counts them at the time they arrived."
      }
      withheld_share = {
        severity = "WARNING"
        holds    = "600s"
        query = join(" ", [
          "sum(increase(${local._metric}_events{${local._revision},outcome=\"withheld\"}[1h]))",
          "/ ${local._decided} > ${var.alerts.withheld_share} and ${local._enough}",
        ])
        meaning = "Too many events were withheld: consent or a client is missing."
      }
      server_errors = {
        severity = "ERROR"
        holds    = "300s"
        query = join(" ", [
          "sum by (service_name) (increase(run_googleapis_com:request_count{${local._revision},service_name=~\"${local._services_regex}\",response_code_class=\"5xx\"}[10m]))",
          "/ sum by (service_name) (increase(run_googleapis_com:request_count{${local._revision},service_name=~\"${local._services_regex}\"}[10m]))",
          "> ${var.alerts.server_error_share}",
        ])
        meaning = "A function answers too many requests with 5xx. The senders retry."
      }
      p95_latency = {
        severity = "WARNING"
        holds    = "600s"
        query = join(" ", [
          "histogram_quantile(0.95, sum by (le, service_name)",
          "(rate(run_googleapis_com:request_latencies_bucket{${local._revision},service_name=~\"${local._services_regex}\"}[10m])))",
          "> ${var.alerts.p95_latency_ms}",
        ])
        meaning = "One request in twenty takes too long; providers give up after ten seconds or so."
      }
      silence = {
        severity = "ERROR"
        holds    = "0s"
        # A counter without new lines vanishes, so "none" is asked for as "not among those with some".
        query = join(" ", [
          "sum by (provider) (increase(${local._metric}_events{${local._revision}}[7d])) > ${local._usual}",
          "unless on (provider) sum by (provider) (increase(${local._metric}_events{${local._revision}}[${var.alerts.silence_hours}h])) > 0",
        ])
        meaning = "A provider that used to send events has sent none for hours."
      }
      unlogged_requests = {
        severity = "ERROR"
        holds    = "1200s"
        # Only answers that the code gives or fails to give: 401, 403 and 404 may be the platform's.
        query = join(" ", [
          "sum by (service_name) (increase(run_googleapis_com:request_count{${local._revision},service_name=~\"${local._services_regex}\",response_code_class=~\"2xx|5xx\"}[1h])) > 0",
          "unless on (service_name) sum by (service_name) (increase(${local._metric}_requests{${local._revision}}[1h])) > 0",
        ])
        meaning = "A function answers requests and writes no log line. It does not start, or the other alerts cannot see it."
      }
    },
    length(var.streams) == 0 ? {} : {
      silent_stream = {
        severity = "ERROR"
        holds    = "0s"
        query = join(" ", [
          "sum by (stream) (increase(${local._metric}_events{${local._revision},outcome=\"delivered\"}[7d])) > ${local._usual}",
          "unless on (stream) sum by (stream) (increase(${local._metric}_events{${local._revision},outcome=\"delivered\"}[${var.alerts.silence_hours}h])) > 0",
        ])
        meaning = "A stream that used to get events has got none for hours. Check its secret and its routes."
      }
      unrouted_events = {
        severity = "WARNING"
        holds    = "0s"
        query    = "sum by (provider) (increase(${local._metric}_unrouted_events{${local._revision}}[1h])) > 0"
        meaning  = "Some events match no rule of routes. They and their refunds are ignored."
      }
    },
    !local.scheduled ? {} : {
      scheduler_failures = {
        severity = "ERROR"
        holds    = "0s"
        # One call and its three retries, or three calls of what is called every ten minutes; a single
        # failure that the next call made good is not worth a page.
        query   = "sum by (job_id) (increase(${local._metric}_scheduler_failures{monitored_resource=\"cloud_scheduler_job\"}[2h])) > 2"
        meaning = "Cloud Scheduler could not call a function, or got errors from it."
      }
    },
    !local.settles ? {} : {
      sink_refused = {
        severity = "ERROR"
        holds    = "0s"
        query    = "sum by (stream) (increase(${local._metric}_sink_refused{${local._revision}}[1h])) > 0"
        meaning  = "Google takes no event of a stream. Rights or ids are wrong, or a service is off. The senders retry."
      }
      status_overdue = {
        severity = "WARNING"
        holds    = "0s"
        query = join(" or ", [
          for metric in ["status_overdue", "status_unnamed"] :
          "sum(increase(${local._metric}_${metric}{${local._revision}}[1h])) > 0"
        ])
        meaning = "Google took events and never said whether GA4 counts them."
      }
      status_rejected = {
        severity = "ERROR"
        holds    = "0s"
        query    = "sum by (reason) (increase(${local._metric}_status_rejected{${local._revision}}[1h])) > 0"
        meaning  = "Google took events and did not process them. They are not in GA4."
      }
    },
    !local.compares ? {} : {
      imbalance = {
        severity = "ERROR"
        holds    = "0s"
        query    = "sum by (against) (increase(${local._metric}_imbalances{${local._revision}}[1h])) > 0"
        meaning  = "The ledger and a provider's own record of the last days, or GA4's, do not agree."
      }
    },
    !contains(keys(local.deployed), "context_capture") ? {} : {
      refused_captures = {
        severity = "WARNING"
        holds    = "0s"
        query    = "${local._answered.refused["10m"]} > ${var.alerts.refused_captures}"
        meaning  = "Browsers posted more captures than allowed in a minute (429). A program does this, or the shop has grown."
      }
    },
    length(local.listeners) == 0 ? {} : {
      dead_letters = {
        severity = "ERROR"
        holds    = "0s"
        query    = "sum by (subscription_id) (pubsub_googleapis_com:subscription_num_undelivered_messages{monitored_resource=\"pubsub_subscription\",subscription_id=~\"${local._dead_letters}\"}) > ${var.alerts.dead_letters}"
        meaning  = "Messages that could not be handled wait for a person."
      }
    },
    length(local.listeners) == 0 ? {} : {
      undelivered_messages = {
        severity = "ERROR"
        holds    = "300s"
        query    = "max by (subscription_id) (pubsub_googleapis_com:subscription_oldest_unacked_message_age{monitored_resource=\"pubsub_subscription\",subscription_id=~\"${local._pushed}\"}) > ${var.alerts.undelivered_age_hours * 3600}"
        meaning  = "A message could not be delivered for two hours."
      }
    },
    var.secret_rotation_days == null ? {} : {
      secret_rotation = {
        severity = "WARNING"
        holds    = "0s"
        query    = "sum(pubsub_googleapis_com:subscription_num_undelivered_messages{monitored_resource=\"pubsub_subscription\",subscription_id=\"${module.rotation_topic[0].subscription}\"}) > 0"
        meaning  = "A secret is due for a new value."
      }
    },
  )
}

resource "google_monitoring_notification_channel" "email" {
  for_each = toset(var.notification_emails)

  project      = var.project
  display_name = "${var.prefix} ${each.value}"
  type         = "email"
  labels       = { email_address = each.value }
  user_labels  = var.labels

  depends_on = [time_sleep.services]
}

resource "google_monitoring_alert_policy" "main" {
  for_each = local.alerts

  project      = var.project
  display_name = "${var.prefix} ${replace(each.key, "_", " ")}"
  combiner     = "OR"
  severity     = each.value.severity
  user_labels  = var.labels

  notification_channels = local.channels

  conditions {
    display_name = replace(each.key, "_", " ")

    condition_prometheus_query_language {
      query               = each.value.query
      duration            = each.value.holds
      evaluation_interval = "60s"
      # A metric exists for Monitoring only once a line was counted.
      disable_metric_validation = true
    }
  }

  alert_strategy {
    auto_close = "86400s"
  }

  documentation {
    mime_type = "text/markdown"
    content   = "${each.value.meaning}\n\nWhat to do: terraform/README.md of ga4-connectors, Alerts, `${each.key}`."
  }

  depends_on = [google_logging_metric.counters, google_logging_metric.suppressed, time_sleep.services]
}
