locals {
  repository = "${path.module}/.."

  # An explicit list: what lies about in a working copy is not deployed. A function's zip is flat,
  # because only the folder of main.py is on Python's path.
  bundles = {
    for name in keys(local.deployed) : name => merge(
      {
        "main.py"          = "${local.repository}/functions/${name}/main.py"
        "requirements.txt" = "${local.repository}/functions/requirements.txt"
      },
      { for file in fileset(local.repository, "shared/**/*.py") : file => "${local.repository}/${file}" },
    )
  }
}

# Written during plan: plan and apply share a folder, and several deployments may share a plan. Entries have neither times nor modes, so the
# same files make the same zip on every machine.
data "archive_file" "bundle" {
  for_each = local.bundles

  type        = "zip"
  output_path = "${path.module}/.build/${var.prefix}/${each.key}.zip"

  dynamic "source" {
    for_each = each.value
    content {
      filename = source.key
      content  = file(source.value)
    }
  }
}

resource "google_storage_bucket" "source" {
  #checkov:skip=CKV_GCP_62:It holds the code of this repository and is read by builds alone; a bucket for its access log would hold nothing worth reading.

  project  = var.project
  name     = "${var.project}-${var.prefix}-source"
  location = var.region
  labels   = var.labels

  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  # It holds nothing that a checkout and an apply do not make again.
  force_destroy = true

  # An object that is overwritten or deleted by mistake stays for a month, for a roll-back.
  versioning {
    enabled = true
  }

  lifecycle_rule {
    condition {
      days_since_noncurrent_time = 30
    }
    action {
      type = "Delete"
    }
  }

  dynamic "encryption" {
    for_each = var.customer_managed_key == null ? [] : [var.customer_managed_key]
    content {
      default_kms_key_name = encryption.value
    }
  }

  depends_on = [time_sleep.key_grants, time_sleep.services]
}

# New content, new name, new revision; the same content changes nothing.
resource "google_storage_bucket_object" "bundle" {
  for_each = data.archive_file.bundle

  bucket = google_storage_bucket.source.name
  name   = "${each.key}/${each.value.output_sha256}.zip"
  source = each.value.output_path
}
