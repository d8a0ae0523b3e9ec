"""The stack file as YAML: read as the Pulumi CLI reads it, with line numbers; mistakes said in words."""
