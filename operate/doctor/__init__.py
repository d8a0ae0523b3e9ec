"""What doctor looks at, one module for each subject, and the repair."""
