"""`ps:*` and `resource:*`: an app's processes, how many, and what they may use."""
