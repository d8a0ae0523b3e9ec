"""What apt and Dokku install: the packages, the plugin, and their versions."""
