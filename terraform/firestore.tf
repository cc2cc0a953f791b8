locals {
  database = coalesce(var.database, "${var.prefix}-connectors")
  store    = "firestore:${var.project}/${google_firestore_database.main.name}"

  # The file Google's own tools deploy from, and the stores are tested with: one list for all.
  indexes = jsondecode(file("${local.repository}/firestore.indexes.json"))
  fields  = { for field in local.indexes.fieldOverrides : "${field.collectionGroup}.${field.fieldPath}" => field }
}

# A database of its own, so that access to the ledger is access to nothing else.
resource "google_firestore_database" "main" {
  project     = var.project
  name        = local.database
  location_id = coalesce(var.firestore_location, var.region)
  type        = "FIRESTORE_NATIVE"

  # The code commits on conditions and begins no transaction (docs/decisions/0020): nothing is to
  # be locked.
  concurrency_mode            = "OPTIMISTIC"
  app_engine_integration_mode = "DISABLED"

  # Without the ledger every payment of the last days could be counted again. With protection on
  # Google refuses to delete it, and a destroy stops. With ABANDON it would stay behind, unprotected
  # by any state, and the next apply would find its name taken.
  delete_protection_state           = var.deletion_protection ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED"
  deletion_policy                   = "DELETE"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"

  dynamic "cmek_config" {
    for_each = var.customer_managed_key == null ? [] : [var.customer_managed_key]
    content {
      kms_key_name = cmek_config.value
    }
  }

  depends_on = [time_sleep.key_grants, time_sleep.services]
}

# Firestore deletes a document within a day or so of the moment in its `expires_at`. Only fields
# that a query asks for have an index: `*` takes it from all others, which would otherwise cost ten
# times what they hold (docs/decisions/0021).
resource "google_firestore_field" "main" {
  for_each = local.fields

  project    = var.project
  database   = google_firestore_database.main.name
  collection = each.value.collectionGroup
  field      = each.value.fieldPath

  dynamic "ttl_config" {
    for_each = try(each.value.ttl, false) ? [true] : []
    content {}
  }

  index_config {
    dynamic "indexes" {
      for_each = each.value.indexes
      content {
        order        = try(indexes.value.order, null)
        array_config = try(indexes.value.arrayConfig, null)
        query_scope  = indexes.value.queryScope
      }
    }
  }
}

resource "google_firestore_backup_schedule" "weekly" {
  project   = var.project
  database  = google_firestore_database.main.name
  retention = "2419200s"

  weekly_recurrence {
    day = "SUNDAY"
  }
}

# Firestore knows no policy on a database; the condition makes the project's policy one.
resource "google_project_iam_member" "store" {
  for_each = local.deployed

  project = var.project
  # To compare is to read.
  role   = each.key == "reconciliation" && !var.reconciliation.repair ? "roles/datastore.viewer" : "roles/datastore.user"
  member = module.function[each.key].member

  condition {
    title      = "only-${local.database}"
    expression = "resource.name == \"projects/${var.project}/databases/${local.database}\""
  }
}
