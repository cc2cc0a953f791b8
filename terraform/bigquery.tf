locals {
  # Tables data_enrichment reads, of the form bigquery:PROJECT.DATASET.TABLE.
  tables = {
    for name, source in { catalogue = var.enrichment.catalogue, customers = var.enrichment.customers } :
    name => split(".", trimprefix(source, "bigquery:"))
    if source != null && startswith(coalesce(source, "-"), "bigquery:") && contains(keys(local.deployed), "data_enrichment")
  }

  reads_export   = var.bigquery_export != null && contains(keys(local.deployed), "reconciliation")
  reads_bigquery = local.reads_export || length(local.tables) > 0
}

# Only where it is asked for, only to read, and only the dataset or table that is named.
resource "google_bigquery_dataset_iam_member" "export" {
  count = local.reads_export ? 1 : 0

  project    = split(".", var.bigquery_export)[0]
  dataset_id = split(".", var.bigquery_export)[1]
  role       = "roles/bigquery.dataViewer"
  member     = module.function["reconciliation"].member
}

resource "google_bigquery_table_iam_member" "enrichment" {
  for_each = local.tables

  project    = each.value[0]
  dataset_id = each.value[1]
  table_id   = each.value[2]
  role       = "roles/bigquery.dataViewer"
  member     = module.function["data_enrichment"].member
}

# Reading is a job, and a job belongs to a project: here, where it is paid for.
resource "google_project_iam_member" "bigquery_jobs" {
  for_each = toset(concat(
    local.reads_export ? ["reconciliation"] : [],
    length(local.tables) > 0 ? ["data_enrichment"] : [],
  ))

  project = var.project
  role    = "roles/bigquery.jobUser"
  member  = module.function[each.value].member
}
