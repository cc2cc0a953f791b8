locals {
  name = "${var.prefix}-${replace(var.entry_point, "_", "-")}"
}
