"""What Hetzner offers: locations, server types, images; enough of it, without prices, which change.

From docs.hetzner.cloud as of late 2025. Arm types are in Germany and Finland only, the newest Intel ones too.
"""

from sandbox.providers.values import State

LOCATIONS: dict[str, State] = {
    name: {
        "id": index + 1,
        "name": name,
        "description": description,
        "country": country,
        "city": city,
        "latitude": latitude,
        "longitude": longitude,
        "networkZone": zone,
    }
    for index, (name, description, country, city, latitude, longitude, zone) in enumerate(
        (
            ("fsn1", "Falkenstein DC Park 1", "DE", "Falkenstein", 50.47612, 12.370071, "eu-central"),
            ("nbg1", "Nuremberg DC Park 1", "DE", "Nuremberg", 49.452102, 11.076665, "eu-central"),
            ("hel1", "Helsinki DC Park 1", "FI", "Helsinki", 60.169855, 24.938379, "eu-central"),
            ("ash", "Ashburn, VA", "US", "Ashburn, VA", 39.045821, -77.487073, "us-east"),
            ("hil", "Hillsboro, OR", "US", "Hillsboro, OR", 45.54222, -122.951924, "us-west"),
            ("sin", "Singapore", "SG", "Singapore", 1.283333, 103.833333, "ap-southeast"),
        )
    )
}
EUROPE = ("fsn1", "nbg1", "hel1")
OVERSEAS = ("ash", "hil", "sin")

SERVER_TYPES: dict[str, State] = {
    name: {
        "id": number,
        "name": name,
        "description": name.upper(),
        "cores": cores,
        "memory": memory,
        "disk": disk,
        "architecture": "arm" if name.startswith("cax") else "x86",
        "cpuType": "dedicated" if name.startswith("ccx") else "shared",
        "category": "General Purpose" if name.startswith("ccx") else "Cost-Optimized",
        "storageType": "local",
        "deprecationAnnounced": "",
        "includedTraffic": 0,
        "isDeprecated": False,
        "unavailableAfter": "",
        "offered": where,
    }
    for name, number, cores, memory, disk, where in (
        ("cax11", 45, 2, 4, 40, EUROPE),
        ("cax21", 93, 4, 8, 80, EUROPE),
        ("cax31", 94, 8, 16, 160, EUROPE),
        ("cpx11", 22, 2, 2, 40, OVERSEAS),
        ("cpx21", 23, 3, 4, 80, OVERSEAS),
        ("ccx13", 96, 2, 8, 80, (*EUROPE, *OVERSEAS)),
        ("cx23", 114, 2, 4, 40, EUROPE),
        ("cx33", 115, 4, 8, 80, EUROPE),
        ("cx43", 116, 8, 16, 160, EUROPE),
    )
}

IMAGES: dict[str, State] = {
    name: {
        "id": number,
        "name": name,
        "description": description,
        "osFlavor": name.split("-", maxsplit=1)[0],
        "osVersion": name.split("-", maxsplit=1)[1],
        "type": "system",
        "rapidDeploy": True,
        "created": "2025-01-01T00:00:00+00:00",
        "deprecated": "",
        "labels": {},
    }
    for name, number, description in (
        ("debian-11", 45557056, "Debian 11"),
        ("debian-12", 114690387, "Debian 12"),
        ("debian-13", 310557660, "Debian 13"),
        ("ubuntu-22.04", 67794396, "Ubuntu 22.04"),
        ("ubuntu-24.04", 161547269, "Ubuntu 24.04"),
    )
}
