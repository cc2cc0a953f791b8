locals {
  # What data_enrichment looks costs and segments up in. The keys are whatever was named, so that a
  # plan knows them.
  sources = {
    for name, source in { catalogue = var.enrichment.catalogue, customers = var.enrichment.customers } :
    name => source if source != null && contains(keys(local.deployed), "data_enrichment")
  }

  # bigquery:PROJECT.DATASET.TABLE
  tables = {
    for name, source in local.sources : name => split(".", trimprefix(source, "bigquery:"))
    if startswith(source, "bigquery:")
  }

  # firestore:PROJECT/DATABASE, each once
  databases = {
    for source in toset(values(local.sources)) : source => split("/", trimprefix(source, "firestore:"))
    if startswith(source, "firestore:")
  }
}

# Only where it is asked for, only to read, and only the table or the database that is named.
resource "google_bigquery_table_iam_member" "enrichment" {
  for_each = local.tables

  project    = each.value[0]
  dataset_id = each.value[1]
  table_id   = each.value[2]
  role       = "roles/bigquery.dataViewer"
  member     = module.function["data_enrichment"].member
}

# Reading a table is a job, and the code starts it in the table's own project.
resource "google_project_iam_member" "bigquery_jobs" {
  for_each = toset([for table in values(local.tables) : table[0]])

  project = each.value
  role    = "roles/bigquery.jobUser"
  member  = module.function["data_enrichment"].member
}

resource "google_project_iam_member" "sources" {
  for_each = local.databases

  project = each.value[0]
  role    = "roles/datastore.viewer"
  member  = module.function["data_enrichment"].member

  condition {
    title      = "only-${trim(each.value[1], "()")}"
    expression = "resource.name == \"projects/${each.value[0]}/databases/${each.value[1]}\""
  }
}
