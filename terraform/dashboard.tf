locals {
  # Title and PromQL of each chart, in reading order: what arrives, what becomes of it, how well it is
  # tied to its session, how the machine does.
  charts = concat([
    { title = "Events per hour, by outcome", query = "sum by (outcome) (increase(${local._metric}_events{${local._revision}}[1h]))" },
    { title = "Delivered per hour, by attribution", query = "sum by (attribution) (increase(${local._metric}_events{${local._revision},outcome=\"delivered\"}[1h]))" },
    { title = "Requests per hour, by answer", query = "sum by (function, outcome) (increase(${local._metric}_requests{${local._revision}}[1h]))" },
    { title = "Refused requests per hour without a line of their own", query = "sum by (function, outcome) (increase(${local._metric}_suppressed_requests_sum{${local._revision}}[1h]))" },
    { title = "Late events per hour", query = "sum(increase(${local._metric}_late_events{${local._revision}}[1h]))" },
    {
      title = "p95 latency, ms"
      query = "histogram_quantile(0.95, sum by (le, service_name) (rate(run_googleapis_com:request_latencies_bucket{${local._revision},service_name=~\"${local._services_regex}\"}[10m])))"
    },
    {
      title = "Instances"
      query = "sum by (service_name) (run_googleapis_com:container_instance_count{${local._revision},service_name=~\"${local._services_regex}\"})"
    },
    {
      title = "Messages waiting"
      query = "sum by (subscription_id) (pubsub_googleapis_com:subscription_num_undelivered_messages{monitored_resource=\"pubsub_subscription\",subscription_id=~\"${join("|", compact([local._pushed, local._dead_letters]))}\"})"
    },
    ], length(var.streams) == 0 ? [] : [
    { title = "Delivered per hour, by stream", query = "sum by (stream) (increase(${local._metric}_events{${local._revision},outcome=\"delivered\"}[1h]))" },
    { title = "Rejected, uncertain or withheld per hour, by stream", query = "sum by (stream) (increase(${local._metric}_events{${local._revision},outcome=~\"rejected|uncertain|withheld\"}[1h]))" },
    ], !local.settles ? [] : [
    { title = "Rejected by Google per hour, by reason", query = "sum by (reason) (increase(${local._metric}_status_rejected{${local._revision}}[1h]))" },
    {
      title = "What Google said per hour"
      query = join(" or ", concat(
        [
          for figure in local.settled :
          "label_replace(sum(increase(${local._metric}_status_${figure}_sum{${local._revision}}[1h])), \"figure\", \"${figure}\", \"\", \"\")"
        ],
        [
          for figure in ["overdue", "unnamed"] :
          "label_replace(sum(increase(${local._metric}_status_${figure}{${local._revision}}[1h])), \"figure\", \"${figure}\", \"\", \"\")"
        ],
      ))
    },
    ], !local.compares ? [] : [
    {
      title = "Wrong in a day's comparisons, by what it was"
      query = join(" or ", [
        for figure in local.wrong :
        "label_replace(sum by (against) (increase(${local._metric}_${figure}_sum{${local._revision}}[1d])), \"figure\", \"${figure}\", \"\", \"\")"
      ])
    },
    {
      title = "In sessions no tag saw, in a day's comparison"
      query = "sum(increase(${local._metric}_orphaned_sum{${local._revision}}[1d]))"
    },
  ])
}

resource "google_monitoring_dashboard" "main" {
  project = var.project

  dashboard_json = jsonencode({
    displayName = "${var.prefix} connectors"
    mosaicLayout = {
      columns = 12
      tiles = [
        # Google leaves out a position that is 0: said here, it would be a change in every plan.
        for index, chart in local.charts : merge({ for name, at in { xPos = index % 2 * 6, yPos = floor(index / 2) * 4 } : name => at if at > 0 }, {
          width  = 6
          height = 4
          widget = {
            title = chart.title
            xyChart = {
              dataSets = [{
                plotType        = "LINE"
                timeSeriesQuery = { prometheusQuery = chart.query }
              }]
            }
          }
        })
      ]
    }
  })

  depends_on = [google_logging_metric.counters, google_logging_metric.suppressed, time_sleep.services]
}
