"""`./petbase rotate-password`: a new password for an app's role."""

from operate.core import options, terminal

GROUP = "Data"


def rotate_password(
    app: options.App,
    stack: options.Stack = None,
    identity: options.Identity = None,
) -> None:
    """Give an app's database role a new password.

    The password is generated on the server and never leaves it. DATABASE_URL is updated, the app restarts once if it
    is deployed, and sessions that used the old password are ended. If it is interrupted, run it again.

    [bold]Example[/bold]
      ./petbase rotate-password fruits
    """
    from host.link.rotate_password import RotatePassword
    from operate.server import program
    from operate.server.ssh import reach

    chosen, connection = reach(stack, identity, app)
    found = chosen.apps[app]
    command = RotatePassword(app, service=chosen.service, schema=found.own_schema, **found.link.fields())
    program.call(chosen, connection, command, on_step=terminal.note)
    terminal.result(f"{app} has a new password, and the old one is refused.")
    terminal.note(f"To see it: ./petbase url {app} --stack {chosen.name}")
