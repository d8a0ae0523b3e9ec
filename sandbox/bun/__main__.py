"""python -m sandbox.bun: install the pinned Bun where it is absent, and say what pushed apps will run on."""

from sandbox.bun import install, version

if __name__ == "__main__":
    found = install()
    print(f"Bun {version()}: {found}" if found else "No Bun here (it needs npm): examples run as their Python twin.")
