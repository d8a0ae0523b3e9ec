"""Buckets of apps in R2: which the stack has made for whom, so that one whose app has gone is not forgotten."""
