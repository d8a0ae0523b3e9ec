"""The building, as data flows through it; no room imports from a room below it in this list.

    types        the words of the field: Fqdn, AppName, CronSchedule …, each with the sentence that says what is wrong
    section      what all sections of the stack file have in common
    app_spec, spec    Estate > Server, Dokku, Database, Backups, App: what a stack file may say
    app_rules, rules  what needs more than one field of it
    edge_spec, edge_rules    the same for DNS records and certificates
    names        what it comes to for these
    secrets      the top-level keys that are secret, and which of them an estate needs
    stack_file   reads the whole file and says everything that is wrong with it at once
    offer        what must be true of the accounts before anything is made: tokens' form, what Hetzner offers
    zones        which zone of the Cloudflare account a name lies in
    rights       what a room in the database may do
    renaming     an app's old name, and what moves with it
    departures   which data stays when an app leaves the stack file
    refusals     edits that are refused in the preview, since the old value has data behind it
    unlocking    the one run that lifts the bucket's lock, for ./petbase teardown
    dokku/       shell: words, quoting, stdin; scripts/: the text; lifecycle: nouns that come and go; hardening: what
                 the server is hardened with; verbs, watching, refilling, looking, ending: what else is sent, by its
                 name; remote: the door
    today        the day that the program runs on
    cloud_init   a new server's first boot
    hetzner, server, database, app, link, settings, r2, r2_token, bucket, backup, watch    the component resources
    hetzner_found    what Hetzner has of a server that exists
    pem, certificates, origin_ca, app_certificate, edge, records    the same for names: certificates and DNS records
    outputs      what a stack tells

There is nothing to import from here: `from components.app import App`, so that the verbs start without the providers.
"""
