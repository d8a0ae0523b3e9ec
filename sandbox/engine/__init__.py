"""The real Pulumi engine on the sandbox: getting the CLI, a clean environment, the project's copy, what it says."""
