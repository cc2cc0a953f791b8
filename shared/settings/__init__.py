"""Every setting, read from the environment in one place into one frozen value per function."""
