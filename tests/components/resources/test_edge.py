"""Names and certificates: what follows from the stack file, what is refused, and what is asked of Cloudflare."""

import base64
import io
import json
import re
import tarfile
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from components.cloud import origin_ca
from components.cloud.zones import Zone, zone_of
from components.config.rules.edge_defaults import tls_of
from components.config.stack_file import StackFileError, parse
from components.dokku import program as dokku_program
from components.resources import edge
from components.resources.certificates import bases_of, hosts_of, period
from host.certificate.ensure import EnsureCertificate, RemoveCertificate
from host.certificate.obtain import ObtainCertificate
from host.server.real_ip import EnsureRealIp
from host.settings.ensure import EnsureSettings
from sandbox.providers import schema
from tests.components.estates import KEY, estate
from tests.support.pulumi import program
from tests.support.pulumi.program import Plan

S3 = {"store": "s3", "endpoint": "https://nbg1.your-objectstorage.com", "region": "nbg1", "bucket": "mine"}
S3_KEYS = {"s3AccessKeyId": "AK1A", "s3SecretAccessKey": "s3cr3t"}
ZONES = [Zone("example.com", "1"), Zone("example.org", "2"), Zone("eu.example.org", "3")]
PEM = "-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----\n"


def records(plan: Plan) -> dict[str, Any]:
    """Every record by its name: where it leads, in which zone, proxied or not."""
    keys = ("content", "zoneId", "proxied", "ttl")
    return {made.name: tuple(made.inputs[key] for key in keys) for made in plan.of("DnsRecord")}


def refused(held: dict[str, Any], **more: Any) -> list[str]:
    """The problems, without the number of the line."""
    with pytest.raises(StackFileError) as caught:
        program.run(held, **more)
    return [re.sub(r" \(line \d+\)", "", problem) for problem in caught.value.problems]


def test_the_production_stack_files_records_and_certificate() -> None:
    plan = program.run(program.stack_file("prod"))
    assert records(plan) == {
        "A fruits.example.com": ("203.0.113.7", "zone-of-example.com", True, 1),
        "AAAA fruits.example.com": ("2001:db8::1", "zone-of-example.com", True, 1),
        "A *.example.com": ("203.0.113.7", "zone-of-example.com", True, 1),
        "AAAA *.example.com": ("2001:db8::1", "zone-of-example.com", True, 1),
    }
    (made,) = plan.of("OriginCaCertificate")
    assert made.inputs == {
        "csr": "the request of example.com-origin",
        "hostnames": ["*.example.com", "example.com"],
        "requestType": "origin-ecc",
        "requestedValidity": 5475,
    }
    assert plan.details["certificates"] == {
        "example.com": {"expires": "2041-11-18", "hosts": ["*.example.com", "example.com"]}
    }
    assert not [made for made in plan.of("DnsRecord") if made.request.protect]
    assert not plan.of("ZoneSetting")


@pytest.mark.parametrize("moment", ["2041-11-18 09:00:00 +0000 UTC", "2041-11-18T09:00:00Z"])
def test_a_certificates_day_is_read_in_both_forms_that_the_api_has(moment: str) -> None:
    assert origin_ca.day(moment) == "2041-11-18"


def test_certificate_and_key_travel_on_stdin_a_line_each() -> None:
    plan = program.run(estate(apps={"fruits": {}}))
    command = plan.one("Command", "fruits-certificate")
    lines = command.inputs["stdin"].splitlines()[1:-1]
    assert [json.loads(line) for line in lines] == [program.CERTIFICATE, program.ORIGIN_KEY]
    assert "stdin" in command.secret
    assert dokku_program.command_of(command.inputs["create"]) == EnsureCertificate("fruits")
    assert dokku_program.command_of(command.inputs["delete"]) == RemoveCertificate("fruits")


def test_a_certificate_comes_after_all_else_of_its_app() -> None:
    apps = {"fruits": {"env": {"COLOR": "red"}}, "plain": {}}
    plan = program.run(estate(apps=apps))
    for name, before in (("fruits", "fruits-settings"), ("plain", "plain-link")):
        dependencies = plan.one("Command", f"{name}-certificate").request.dependencies
        assert any(urn.endswith(f"::{before}") for urn in dependencies)


def test_a_certificate_is_made_before_the_server_costs_something() -> None:
    server = program.run(estate(apps={"fruits": {}})).one("Server").request.dependencies
    assert any("OriginCaCertificate" in urn for urn in server)


def test_without_an_app_there_is_the_wildcard_and_no_certificate() -> None:
    plan = program.run(estate())
    assert set(records(plan)) == {"A *.example.com", "AAAA *.example.com"}
    assert not plan.of("OriginCaCertificate")
    assert plan.details["certificates"] == {}


def test_dns_none_keeps_everything_as_it_was() -> None:
    plan = program.run(estate(edge={"dns": "none"}, apps={"fruits": {}}))
    assert not [made for made in plan.resources if "dnsRecord" in made.type or "Certificate" in made.name]
    assert not [call for call in plan.calls if "getZones" in call]
    assert plan.details["apps"]["fruits"]["urls"] == ["http://fruits.example.com"]


_IMPORT = {"A fruits.example.com": f"{'a' * 32}/{'b' * 32}", "AAAA old.example.com": f"{'a' * 32}/{'c' * 32}"}


def test_records_that_are_there_come_in_as_they_are_and_stay() -> None:
    plan = program.run(estate(apps={"fruits": {}}, edge={"dns": "none", "import": _IMPORT}))
    made = {one.name: one.request for one in plan.of("DnsRecord")}
    assert {name: one.importId for name, one in made.items()} == _IMPORT
    inputs = set(schema.load("cloudflare").resources["cloudflare:index/dnsRecord:DnsRecord"]["inputs"])
    assert [set(one.ignoreChanges) == inputs and one.retainOnDelete for one in made.values()] == [True, True]


def test_a_record_of_a_name_that_is_made_here_is_taken_over_in_place() -> None:
    plan = program.run(estate(apps={"fruits": {}}, edge={"import": _IMPORT}))
    assert plan.one("DnsRecord", "A fruits.example.com").inputs["content"] == "203.0.113.7"
    made = {one.name: one.request for one in plan.of("DnsRecord")}
    ours, theirs = made["A fruits.example.com"], made["AAAA old.example.com"]
    assert (ours.importId, "content" in ours.ignoreChanges, "comment" in ours.ignoreChanges) == (
        _IMPORT["A fruits.example.com"],
        False,
        True,
    )
    assert "content" in theirs.ignoreChanges
    assert (ours.retainOnDelete, made["AAAA fruits.example.com"].retainOnDelete) == (True, False)


def test_an_import_that_names_no_record_is_refused() -> None:
    odd = {"TXT fruits.example.com": f"{'a' * 32}/{'b' * 32}", "A fruits.example.com": "b" * 32}
    found = refused(estate(edge={"import": odd}))
    assert [problem.partition(": ")[0] for problem in found] == [
        "edge.import.TXT fruits.example.com",
        "edge.import.A fruits.example.com",
    ]


def test_another_store_knows_no_cloudflare_account_until_one_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLOUDFLARE_API_TOKEN")
    held = {**estate(apps={"fruits": {}}), "backups": S3}
    assert not program.run(held, secrets=S3_KEYS).of("DnsRecord")
    asked = {**held, "edge": {"dns": "cloudflare"}}
    assert refused(asked, secrets=S3_KEYS) == [
        "CLOUDFLARE_API_TOKEN: not set; export it, or: pulumi config set --secret cloudflare:apiToken"
    ]


def test_an_app_has_its_own_word() -> None:
    apps = {"fruits": {}, "raw": {"proxied": False}}
    plan = program.run(estate(apps=apps))
    proxied = {name: told[2] for name, told in records(plan).items() if name.startswith("A ")}
    assert proxied == {"A fruits.example.com": True, "A raw.example.com": False, "A *.example.com": True}
    assert plan.details["apps"]["raw"]["urls"] == ["http://raw.example.com"]
    assert not [made for made in plan.of("Command") if made.name == "raw-certificate"]


@pytest.mark.parametrize(
    ("host", "expected"), [("203.0.113.10", ("A", "203.0.113.10")), ("2001:DB8::0:10", ("AAAA", "2001:db8::10"))]
)
def test_a_server_that_exists_has_records_of_its_address_family_only(host: str, expected: tuple[str, str]) -> None:
    plan = program.run({**estate(), "server": {"host": host, "host-key": KEY}})
    assert [(made.inputs["type"], made.inputs["content"]) for made in plan.of("DnsRecord")] == [expected]


def test_a_server_that_is_said_by_its_name_has_no_address_for_a_record() -> None:
    held = {**estate(), "server": {"host": "my.example.com", "host-key": KEY}}
    assert refused(held) == [
        'server.host: "my.example.com" is a name, and DNS records need an address; write the one that this prints: '
        "dig +short my.example.com (or edge: {dns: none})"
    ]
    assert program.run({**held, "edge": {"dns": "none"}}).of("Command")


def test_two_stacks_in_one_zone_share_no_record() -> None:
    prod = program.run(program.stack_file("prod"))
    staging = program.run({**program.stack_file("staging"), "domain": "staging.example.com"}, stack="staging")
    names = [{made.inputs["name"] for made in plan.of("DnsRecord")} for plan in (prod, staging)]
    assert names[0].isdisjoint(names[1])


def test_a_name_outside_of_the_zones_is_refused_before_anything_is_made() -> None:
    apps = {"fruits": {"domains": ["fruits.example.net", "example.com"]}}
    assert refused(estate(apps=apps)) == [
        'apps.fruits.domains: "fruits.example.net" lies in no zone that the token shows (example.com, example.org, '
        "localhost); add its zone to the Cloudflare account, write another name, or edge: {dns: none}"
    ]
    assert refused(estate(domain="nowhere.test"), zones=()) == [
        'domain: "nowhere.test", and the token shows no zone; give it Zone Read, or write edge: {dns: none}'
    ]


def test_the_longest_zone_is_the_one_that_is_asked() -> None:
    found = {
        name: zone_of(name, ZONES) for name in ("a.eu.example.org", "eu.example.org", "b.example.org", "notexample.com")
    }
    assert {name: zone.name if zone else None for name, zone in found.items()} == {
        "a.eu.example.org": "eu.example.org",
        "eu.example.org": "eu.example.org",
        "b.example.org": "example.org",
        "notexample.com": None,
    }


def test_one_wildcard_for_all_names_that_it_covers_and_one_more_for_each_deeper_parent() -> None:
    zones = dict.fromkeys(("example.com", "a.example.com", "b.c.example.com"), ZONES[0])
    assert bases_of(("example.com", "a.example.com"), zones) == ("example.com",)
    assert bases_of(("a.example.com", "b.c.example.com"), zones) == ("c.example.com", "example.com")
    assert hosts_of(("c.example.com", "example.com")) == [
        "*.c.example.com",
        "*.example.com",
        "c.example.com",
        "example.com",
    ]


def test_apps_share_a_certificate_and_names_in_two_zones_have_one_for_both() -> None:
    apps = {"fruits": {}, "blog": {}, "shop": {"domains": ["shop.example.com", "shop.example.org"]}}
    plan = program.run(estate(apps=apps))
    assert sorted(made.inputs["hostnames"] for made in plan.of("OriginCaCertificate")) == [
        ["*.example.com", "*.example.org", "example.com", "example.org"],
        ["*.example.com", "example.com"],
    ]
    assert set(plan.details["certificates"]) == {"example.com", "example.com+example.org"}


def test_renewal_is_another_certificate_of_the_same_key_with_half_of_the_old_ones_life_left() -> None:
    assert period(90, date(2026, 11, 22)) == period(90, date(2026, 11, 22))
    changes = [
        day
        for day in range(739000, 739180)
        if period(90, date.fromordinal(day)) != period(90, date.fromordinal(day + 1))
    ]
    assert [after - before for before, after in pairwise(changes)] == [45] * (len(changes) - 1)
    names = [made.name for made in program.run(estate(apps={"fruits": {}})).of("PrivateKey")]
    assert "example.com-origin" in names


def test_what_cloudflare_tells_otherwise_replaces_no_certificate() -> None:
    (made,) = program.run(estate(apps={"fruits": {}})).of("OriginCaCertificate")
    assert list(made.request.ignoreChanges) == ["csr", "hostnames", "requestedValidity"]


def test_the_ssl_mode_is_set_only_where_it_is_asked_for() -> None:
    plan = program.run(estate(edge={"ssl": "strict"}, apps={"shop": {"domains": ["example.org"]}}))
    assert {made.name: made.inputs for made in plan.of("ZoneSetting")} == {
        f"{name}-ssl": {"zoneId": f"zone-of-{name}", "settingId": "ssl", "value": "strict"}
        for name in ("example.com", "example.org")
    }


def test_what_the_program_cannot_see_is_said() -> None:
    held = parse(estate(apps={"fruits": {"domains": ["a.example.com", "a.b.example.com"]}}))
    zones = dict.fromkeys(("a.example.com", "a.b.example.com", "example.com"), ZONES[0])
    assert list(edge.warnings(held, zones)) == [
        "a.b.example.com: deeper than the certificate that Cloudflare shows to visitors (Universal SSL: the zone's "
        "name and one label before it). Order an Advanced Certificate there, name it less deep, or write "
        "proxied: false",
        "check that the SSL mode of example.com is Full (strict), in Cloudflare's dashboard under SSL/TLS, Overview. "
        "With Flexible every page redirects to itself. edge: {ssl: strict} sets the mode for you",
    ]
    managed = parse(estate(edge={"ssl": "strict"}, apps={"fruits": {}}))
    assert list(edge.warnings(managed, {"fruits.example.com": ZONES[0], "example.com": ZONES[0]})) == []


def test_every_broken_rule_at_once() -> None:
    apps = {
        "plain": {"proxied": False, "tls": "origin-ca"},
        "lets": {"tls": "letsencrypt"},
        "own": {"tls": {"certificate": "CERT", "key": "KEY"}, "secrets": ["KEY"]},
    }
    held = estate(apps=apps)
    held["server"]["web-from"] = "cloudflare"
    assert refused(held, secrets={"own.KEY": PEM, "own.CERT": PEM}) == [
        "apps.plain.tls: origin-ca needs a proxied name, and plain is not proxied; browsers do not trust such a "
        "certificate, only Cloudflare does. Write apps.plain.proxied: true, or tls: letsencrypt",
        "apps.lets.tls: letsencrypt needs a name that is not proxied, and lets is proxied. "
        "Write apps.lets.proxied: false, or tls: origin-ca",
        "edge.email: missing; lets uses letsencrypt, and Let's Encrypt requires an address",
        "apps.own.tls: KEY is also a variable of the app; rename the secret",
        "server.web-from: cloudflare closes the ports to everyone else, and plain is not proxied; "
        "write web-from: anywhere, or apps.plain.proxied: true",
    ]


def test_a_certificate_of_ones_own_comes_from_two_secrets() -> None:
    apps = {"shop": {"tls": {"certificate": "CERT", "key": "KEY"}}}
    assert refused(estate(apps=apps), secrets={"shop.CERT": "server.crt"}) == [
        "petbase:shop.KEY: missing, since apps.shop.tls names it; set it: ./petbase secrets set shop.KEY --stack prod",
        'petbase:shop.CERT: is not a PEM text, which begins with "-----BEGIN "; set it again from its file: '
        "… < FILE.pem",
    ]
    plan = program.run(estate(apps=apps), secrets={"shop.CERT": f"{PEM}\n", "shop.KEY": PEM})
    lines = plan.one("Command", "shop-certificate").inputs["stdin"].splitlines()[1:-1]
    assert [json.loads(line) for line in lines] == [f"{PEM}\n", PEM]
    assert not plan.of("OriginCaCertificate")
    create = plan.one("Command", "shop-certificate").inputs["create"]
    assert dokku_program.command_of(create) == EnsureCertificate("shop", replace=True)


def packed(**files: str) -> str:
    """A tar in base64, as `base64 server.tar` prints it: with line breaks."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(f"server.{name}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return base64.encodebytes(held.getvalue()).decode()


def test_a_certificate_of_ones_own_may_be_a_tar() -> None:
    held = estate(apps={"shop": {"tls": {"tar": "TAR"}}})
    plan = program.run(held, secrets={"shop.TAR": packed(crt="the certificate", key="the key")})
    lines = plan.one("Command", "shop-certificate").inputs["stdin"].splitlines()[1:-1]
    assert [json.loads(line) for line in lines] == ["the certificate", "the key"]
    for text, problem in (
        ("no tar", "is not a tar in base64; make it with: base64 --wrap=0 server.tar"),
        (packed(crt="a"), "the tar must contain one .crt and one .key; it contains server.crt"),
    ):
        assert refused(held, secrets={"shop.TAR": text}) == [f"petbase:shop.TAR: {problem}"]


def test_lets_encrypt_sends_no_secret() -> None:
    held = estate(edge={"proxied": False, "tls": "letsencrypt", "email": "me@example.com"}, apps={"fruits": {}})
    command = program.run(held).one("Command", "fruits-certificate")
    assert len(command.inputs["stdin"].splitlines()) == 2
    assert dokku_program.command_of(command.inputs["create"]) == ObtainCertificate(
        "fruits", domain=("fruits.example.com",), email="me@example.com"
    )
    assert tls_of(parse(held), "fruits") == "letsencrypt"


def test_the_web_can_be_open_to_cloudflare_alone() -> None:
    held = estate(apps={"fruits": {}})
    held["server"]["web-from"] = "cloudflare"
    rules = {rule["description"]: rule["sourceIps"] for rule in program.run(held).one("Firewall").inputs["rules"]}
    networks, anywhere = ["198.51.100.0/24", "2001:db8:ffff::/48"], ["0.0.0.0/0", "::/0"]
    assert rules == {"SSH": anywhere, "HTTP": networks, "HTTPS": networks, "ping": anywhere}


def test_a_declared_port_80_takes_443_along_where_there_is_a_certificate() -> None:
    apps = {"fruits": {"ports": ["http:80:3000"]}, "raw": {"ports": ["http:80:3000"], "proxied": False}}
    plan = program.run(estate(apps=apps))
    for app, ports in (("fruits", ("http:80:3000", "https:443:3000")), ("raw", ("http:80:3000",))):
        settings = dokku_program.command_of(plan.one("Command", f"{app}-settings").inputs["create"])
        assert isinstance(settings, EnsureSettings)
        assert settings.ports == ports


def test_behind_the_proxy_apps_see_their_visitors_addresses() -> None:
    create = program.run(estate()).one("Command", "prod-real-ip").inputs["create"]
    assert dokku_program.command_of(create) == EnsureRealIp(network=("198.51.100.0/24", "2001:db8:ffff::/48"))
    plan = program.run(estate(edge={"proxied": False}))
    assert "prod-real-ip" not in [made.name for made in plan.of("Command")]
