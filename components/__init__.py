"""What the program makes, in folders by noun; a folder imports only from those before it.

    config       what a stack file may say: types, models, rules, defaults, secrets; stack_file reads it
    dokku        what is sent to the server: program makes a line of a command, remote sends it
    edits        what an edit may do: guards refuse one in the preview, preview warns, renaming moves what was renamed
    cloud        Hetzner and Cloudflare: what is made there, preflight, what is looked up
    resources    the component resources
    app_removal, outputs    see all of these
    interrupts, sdk_extras    how the program runs under the engine

There is nothing to import from here: `from components.resources.app import App`, so that the verbs start without the
providers.
"""

import gc

# Programs that end within seconds: looking for cycles as often as Python does took a quarter of a preview's CPU, the
# imports of the SDKs included. It begins here, since those follow.
gc.set_threshold(100_000)
