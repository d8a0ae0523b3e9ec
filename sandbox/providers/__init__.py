"""Stand-ins for the real Pulumi providers: hcloud, cloudflare, tls and command.

The real engine starts each as a plugin and cannot tell the difference; instead of calling an API, each resource
*does* the thing on this machine (a server boots a host, a token opens a bucket, a certificate is signed).

    values.py    Pulumi's property values <-> plain Python
    assets.py    files and texts that come as assets, and their hash
    schema.py    what the real providers declare: checks, defaults, secrets, what replaces
    cloud.py     what the pretend accounts hold, on disk, safe under parallel writers
    resource.py  the silhouette of a resource; Stored is one that only lives in the account
    provider.py  check, diff, create, read, update, delete, invoke, for every resource alike, in the engine's protocol
    serve.py     the gRPC server and the log stream to the engine
    plugin.py    the plugin directories in the sandbox's own PULUMI_HOME
    hcloud/ cloudflare/ tls/ command/   what each resource does
"""
