# Every reading of a secret is on record: who, when, from where. Google's default records changes
# only. (This is the project's whole policy for this one service.)
resource "google_project_iam_audit_config" "secrets" {
  count = var.audit_secrets ? 1 : 0

  project = var.project
  service = "secretmanager.googleapis.com"

  dynamic "audit_log_config" {
    for_each = toset(["ADMIN_READ", "DATA_READ", "DATA_WRITE"])
    content {
      log_type = audit_log_config.value
    }
  }

  depends_on = [time_sleep.services]
}
