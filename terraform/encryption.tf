# With a key of your own, Google's agents encrypt with it: each may use this key and no other. The
# agents must exist: README.md, A key of your own.
resource "google_kms_crypto_key_iam_member" "agents" {
  for_each = var.customer_managed_key == null ? {} : local.agents

  crypto_key_id = var.customer_managed_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:${each.value}"
}
