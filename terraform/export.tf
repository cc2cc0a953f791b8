locals {
  # PROJECT.analytics_N: where GA4 exports to, if that is to be compared.
  export = var.reconciliation.export == null || !contains(keys(local.deployed), "reconciliation") ? null : {
    project = regex("^(.*)\\.", var.reconciliation.export.dataset)[0]
    dataset = regex("analytics_[0-9]+$", var.reconciliation.export.dataset)
  }
}

# The whole dataset, since every day is a table of its own; and only to read.
resource "google_bigquery_dataset_iam_member" "export" {
  count = local.export == null ? 0 : 1

  project    = local.export.project
  dataset_id = local.export.dataset
  role       = "roles/bigquery.dataViewer"
  member     = module.function["reconciliation"].member
}

# Reading it is a job, and the code starts it in the export's own project.
resource "google_project_iam_member" "export_jobs" {
  count = local.export == null ? 0 : 1

  project = local.export.project
  role    = "roles/bigquery.jobUser"
  member  = module.function["reconciliation"].member
}
