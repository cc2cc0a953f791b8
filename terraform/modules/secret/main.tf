# A container and who may read it. The value is never here: what Terraform knows stands in its state
# in plain text.
resource "google_secret_manager_secret" "main" {
  project             = var.project
  secret_id           = var.name
  labels              = var.labels
  deletion_protection = var.deletion_protection

  # One replica, where the functions run: a secret is no use where they are not, and a
  # customer-managed key of the region can encrypt it.
  replication {
    user_managed {
      replicas {
        location = var.region

        dynamic "customer_managed_encryption" {
          for_each = var.customer_managed_key == null ? [] : [var.customer_managed_key]
          content {
            kms_key_name = customer_managed_encryption.value
          }
        }
      }
    }
  }

  # A destroyed version can be brought back for a week: a value destroyed by mistake stops every
  # payment.
  version_destroy_ttl = "604800s"

  dynamic "topics" {
    for_each = var.rotation == null ? [] : [var.rotation.topic]
    content {
      name = topics.value
    }
  }

  dynamic "rotation" {
    for_each = var.rotation == null ? [] : [var.rotation]
    content {
      rotation_period    = "${rotation.value.period_days * 24 * 60 * 60}s"
      next_rotation_time = timeadd(plantimestamp(), "${rotation.value.period_days * 24}h")
    }
  }

  lifecycle {
    # Secret Manager moves it on after each notification.
    ignore_changes = [rotation[0].next_rotation_time]
  }
}

# Accessor on this secret alone, never on the project: a function reads what it needs and no more.
resource "google_secret_manager_secret_iam_member" "readers" {
  for_each = var.readers

  project   = var.project
  secret_id = google_secret_manager_secret.main.secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = each.value
}
