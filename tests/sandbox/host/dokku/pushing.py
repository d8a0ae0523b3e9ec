"""A small web app that answers with its variable WORD: pushed to a sandbox host, and asked."""

import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from tests.support.hosts.sandbox_host import SandboxHost

_SERVER = """import http.server, os, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.environ["WORD"].encode())
if os.environ.get("WORD") == "broken":
    sys.exit("no such word")
http.server.ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Answer).serve_forever()
"""
DOCKERFILE = 'FROM some/image\nENV WORD=first\nEXPOSE 5000\nCMD ["python3", "server.py"]\n'


def push(dokku: SandboxHost, app: str, where: Path) -> subprocess.CompletedProcess[str]:
    """Add server.py to what is in `where`, commit, push the branch main."""
    (where / "server.py").write_text(_SERVER)
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.test"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "an app"]):
        subprocess.run([*git, *words], cwd=where, check=True)
    ssh = " ".join(["ssh", *dokku.ssh_options])
    environment = {"GIT_SSH_COMMAND": ssh, "PATH": "/usr/bin:/bin", "HOME": str(where)}
    words = ["git", "push", f"dokku@{dokku.machine.address}:{app}", "main"]
    return subprocess.run(words, cwd=where, env=environment, text=True, capture_output=True, check=False)


def get(dokku: SandboxHost, app: str) -> str:
    """What the app answers by its name; the code of an error."""
    url = f"http://127.0.0.1:{dokku.machine.http_port}/"
    request = urllib.request.Request(url, headers={"Host": f"{app}.localhost"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return str(error.code)
