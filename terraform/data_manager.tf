# Google's Data Manager API, where a stream goes that way, or went: its refunds follow its orders.
# Rights in the property itself are given in GA4, by hand: outputs.tf, ga4_users.
locals {
  properties        = distinct(compact(concat([var.property_id], [for stream in values(var.streams) : stream.property_id])))
  uses_data_manager = length(local.properties) > 0

  # Those that send, and the one that asks what became of it.
  data_manager_callers = !local.uses_data_manager ? [] : [
    for name in keys(local.deployed) : name if name != "reconciliation" || var.reconciliation.repair
  ]
}

# A call counts in the quota of this project, which takes the right to use its services. There is
# nothing smaller to give it on.
resource "google_project_iam_member" "data_manager" {
  for_each = toset(local.data_manager_callers)

  project = var.project
  role    = "roles/serviceusage.serviceUsageConsumer"
  member  = module.function[each.key].member
}
