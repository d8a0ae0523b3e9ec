"""The schemas of the shared database, as the server lists them."""

from host.link.psql import ListLinks
from host.link.record import Link
from host.schema.list import ListObjects, ListSchemas
from host.schema.model import Contents, Schemas
from host.values.json_values import from_json
from operate.server import program
from operate.server.ssh import Connection
from operate.stack.outputs import Stack


def schemas(stack: Stack, connection: Connection) -> Schemas:
    """Every schema but the system's, and what is left over of apps that went."""
    found = program.call(stack, connection, ListSchemas(service=stack.service))
    return from_json(Schemas, found, "schemas")


def contents(stack: Stack, connection: Connection, schema: str) -> Contents:
    """What is in a schema."""
    found = program.call(stack, connection, ListObjects(schema, service=stack.service))
    return from_json(Contents, found, "contents")


def links(stack: Stack, connection: Connection) -> list[Link]:
    """The apps that are linked to the service, of any stack."""
    found = program.call(stack, connection, ListLinks(service=stack.service))
    return [from_json(Link, link, "links") for link in found]
