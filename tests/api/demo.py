"""A demo of its own, with somebody who has connected and loaded an account and has an API key."""

import html.parser
import http.cookiejar
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

PATIENCE = 90


class Forms(html.parser.HTMLParser):
    """The forms of a page: where each goes, and its fields."""

    def __init__(self, text):
        super().__init__()
        self.forms = []
        self.select = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.forms.append((attrs.get("action", ""), []))
            self.select = None
        elif tag == "select" and self.forms:
            self.select = attrs.get("name")
        elif tag == "option" and self.forms and self.select:
            # The first one is what a browser sends by itself.
            self.forms[-1][1].append((self.select, attrs.get("value") or ""))
            self.select = None
        elif tag == "input" and self.forms and "name" in attrs:
            chosen = attrs.get("type") not in ("checkbox", "radio") or "checked" in attrs
            if chosen:
                self.forms[-1][1].append((attrs["name"], attrs.get("value") or ""))


class Browser:
    """Keeps cookies, and sends the forms of pages."""

    def __init__(self):
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, url):
        return self._open(urllib.request.Request(url))

    def send(self, page, action, **fields):
        """Sends the form of a page whose action ends so, with these fields set."""
        address, text = page
        forms = [form for form in Forms(text).forms if form[0].endswith(action)]
        if not forms:
            raise SystemExit(f"api: no form that leads to {action} at {address}")
        where, found = forms[0]
        found = [(name, value) for name, value in found if name not in fields]
        body = urllib.parse.urlencode(found + list(fields.items()))
        url = urllib.parse.urljoin(address, where)
        return self._open(urllib.request.Request(url, body.encode()))

    def _open(self, request):
        with self.opener.open(request, timeout=PATIENCE) as answer:
            return answer.url, answer.read().decode()


class Demo:
    """A Patchbay with stand-ins, in a folder of its own. Ends with the block."""

    command = "demo"

    def __init__(self, program):
        self.program = os.path.abspath(program)
        self.folder = tempfile.TemporaryDirectory()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://localhost:{port}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "PATCHBAY_BIND": f"127.0.0.1:{port}",
            "PATCHBAY_PUBLIC_URL": self.url,
            "PATCHBAY_DATA_DIR": os.path.join(self.folder.name, "data"),
            # What is looked for are wrong answers, not refusals to give one.
            "PATCHBAY_RATE_LIMITS": "off",
            "PATCHBAY_CLASSIC_TIMEOUT": "20s",
            "PATCHBAY_LOG": "warn",
        }

    def __enter__(self):
        self.log = open(os.path.join(self.folder.name, "log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [self.program, self.command],
            cwd=self.folder.name,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
        )
        self._wait()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()
        self.folder.cleanup()

    def _wait(self):
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/health/ready", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.1)
        self.log.seek(0)
        raise SystemExit(f"api: the demo does not start: {self.log.read()}")

    def faults(self):
        """What the log says of faults. A request that is no HTTP is its sender's."""
        self.log.flush()
        with open(self.log.name, encoding="utf-8") as log:
            faults = [line for line in log if " ERROR " in line or "panicked" in line]
        return [line for line in faults if "request parse error" not in line]

    def connect(self, provider, small):
        """Signs ada of acme in, connects a provider whose stand-in is made small, and loads it; answers her browser."""
        browser = Browser()
        page = browser.get(f"{self.url}/sign-in")
        page = browser.send(page, "/sign-in", user_id="ada", org_id="acme")
        consent = browser.send(page, f"/{provider}/connect")
        stand_in = self.controls(page[1])
        body = urllib.parse.urlencode(small).encode()
        request = urllib.request.Request(f"{stand_in}/controls", body)
        request.add_header("Accept", "application/json")
        urllib.request.urlopen(request, timeout=PATIENCE).close()
        where, fields = Forms(consent[1]).forms[0]
        answer = [("decision", "allow")] if not any(name == "decision" for name, _ in fields) else []
        body = urllib.parse.urlencode(fields + answer).encode()
        page = browser._open(urllib.request.Request(urllib.parse.urljoin(consent[0], where), body))
        page = browser.send(page, f"/{provider}/load")
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            _, report = browser.get(f"{self.url}/connections/{provider}/load.json")
            if '"status":"complete"' in report:
                return browser
            time.sleep(0.2)
        raise SystemExit("api: the load does not end")

    def controls(self, page):
        """Where the first stand-in's controls are, by a page of the demo."""
        return re.search(r'href="(http://localhost:\d+/_sandbox)"', page).group(1)

    def key(self):
        """A key of ada's that may do everything."""
        scopes = ["items:read", "loads:write", "tokens:read", "contacts:read", "contacts:write"]
        scopes.append("connections:write")
        command = [self.program, "key", "add", "--org", "acme", "--user", "ada", "--name", "check"]
        for scope in scopes:
            command += ["--scope", scope]
        made = subprocess.run(
            command, env=self.environment, cwd=self.folder.name, capture_output=True, text=True
        )
        if made.returncode != 0:
            sys.exit(f"api: no key was made: {made.stderr}")
        return made.stdout.strip()
