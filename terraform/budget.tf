# What the project costs as a whole: Google distinguishes neither functions nor deployments here.
resource "google_billing_budget" "main" {
  count = var.budget == null ? 0 : 1

  billing_account = var.budget.billing_account
  display_name    = "${var.prefix} connectors"

  budget_filter {
    projects        = ["projects/${local.project_number}"]
    calendar_period = "MONTH"
  }

  amount {
    specified_amount {
      units         = tostring(var.budget.amount)
      currency_code = var.budget.currency
    }
  }

  dynamic "threshold_rules" {
    for_each = [0.5, 0.9, 1.0]
    content {
      threshold_percent = threshold_rules.value
    }
  }

  threshold_rules {
    threshold_percent = 1.0
    spend_basis       = "FORECASTED_SPEND"
  }

  # Those who administer billing are notified in any case. A budget takes five channels.
  dynamic "all_updates_rule" {
    for_each = length(local.channels) == 0 ? [] : [slice(local.channels, 0, min(5, length(local.channels)))]
    content {
      monitoring_notification_channels = all_updates_rule.value
    }
  }

  depends_on = [time_sleep.services]
}
