# With a key of your own, Google's agents encrypt with it: each may use this key and no other. The
# agents must exist: README.md, A key of your own.
resource "google_kms_crypto_key_iam_member" "agents" {
  for_each = var.customer_managed_key == null ? {} : local.agents

  crypto_key_id = var.customer_managed_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:${each.value}"
}

# A grant on a key takes a moment to hold everywhere; what is encrypted with it waits for this.
resource "time_sleep" "key_grants" {
  count = var.customer_managed_key == null ? 0 : 1

  create_duration = "60s"
  triggers        = { for name, grant in google_kms_crypto_key_iam_member.agents : name => "${grant.crypto_key_id} ${grant.member}" }

  depends_on = [google_kms_crypto_key_iam_member.agents]
}
