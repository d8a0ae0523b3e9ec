# One standard input serves a noun's both scripts (pulumi-command), so the secrets come here too; none is to be set.
secrets=
