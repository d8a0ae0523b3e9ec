"""The types of the reports. The server makes them, and operate reads them back from JSON."""
