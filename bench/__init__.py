"""What is claimed about speed, measured side by side in one run: `make bench` writes bench/README.md's table again."""
