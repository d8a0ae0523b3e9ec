"""The types of the reports. The server makes them, ./petbase reads them back from JSON."""
