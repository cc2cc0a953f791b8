"""`connectors doctor`: a settings file, a deployment or a launch against what must hold."""
