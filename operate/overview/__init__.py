"""The daily look at a stack: its state in a few lines or as a page, its apps, their logs."""
