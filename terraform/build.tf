# Builds run as an account of their own. The default one, Compute Engine's, is an Editor of the
# project in some organisations and may do nothing in others.
resource "google_service_account" "build" {
  project      = var.project
  account_id   = "${var.prefix}-build"
  display_name = "Builds the functions' images"

  depends_on = [time_sleep.services]
}

resource "google_artifact_registry_repository" "images" {
  project       = var.project
  location      = var.region
  repository_id = "${var.prefix}-functions"
  description   = "Images of the functions"
  format        = "DOCKER"
  labels        = var.labels
  kms_key_name  = var.customer_managed_key

  # What is kept is what can be rolled back to; the rest would be paid for for ever.
  cleanup_policies {
    id     = "keep-the-newest"
    action = "KEEP"
    most_recent_versions {
      keep_count = 5
    }
  }

  cleanup_policies {
    id     = "delete-the-old"
    action = "DELETE"
    condition {
      older_than = "2592000s"
    }
  }

  depends_on = [time_sleep.key_grants, time_sleep.services]
}

resource "google_artifact_registry_repository_iam_member" "build" {
  project    = var.project
  location   = var.region
  repository = google_artifact_registry_repository.images.repository_id
  role       = "roles/artifactregistry.writer"
  member     = "serviceAccount:${google_service_account.build.email}"
}

resource "google_storage_bucket_iam_member" "build" {
  bucket = google_storage_bucket.source.name
  role   = "roles/storage.objectViewer"
  member = "serviceAccount:${google_service_account.build.email}"
}

resource "google_project_iam_member" "build" {
  for_each = {
    # A build's log can only be granted on the project.
    log = { role = "roles/logging.logWriter", condition = null }
    # Cloud Functions copies the zip into a bucket of its own, which the first deployment makes.
    source = {
      role = "roles/storage.objectViewer"
      condition = join("", [
        "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-",
        "${local.project_number}-${var.region}\")",
      ])
    }
  }

  project = var.project
  role    = each.value.role
  member  = "serviceAccount:${google_service_account.build.email}"

  dynamic "condition" {
    for_each = each.value.condition == null ? [] : [each.value.condition]
    content {
      title      = "only-the-functions-sources"
      expression = condition.value
    }
  }
}

# A grant holds everywhere only after a while, and a build that is refused its source or its
# repository fails the apply: README.md, First apply.
resource "time_sleep" "build_grants" {
  create_duration = "120s"
  triggers = {
    account = google_service_account.build.email
    grants = join(" ", concat(
      [google_artifact_registry_repository_iam_member.build.role, google_storage_bucket_iam_member.build.role],
      [for name, grant in google_project_iam_member.build : "${name}:${grant.role}"],
    ))
  }

  depends_on = [
    google_artifact_registry_repository_iam_member.build,
    google_project_iam_member.build,
    google_storage_bucket_iam_member.build,
  ]
}
