"""python -m sandbox.restic: fetch restic where it is absent, and say what backs up files in the sandbox."""

from sandbox.restic import MISSING, install

if __name__ == "__main__":
    found = install()
    print(f"restic: {found}" if found else MISSING)
