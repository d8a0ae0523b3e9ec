"""A stand-in for aws-cli version 2, as the dump image has it: what is used next to a dump, `s3 cp` and four operations
of `s3api`. Real requests.

Words, outputs and exit codes are those of the real one (docs.aws.amazon.com/cli: return codes, output format). Not
there: profiles and configuration files, --cli-input-json, the pager, yaml and table output, parts in parallel.
"""
