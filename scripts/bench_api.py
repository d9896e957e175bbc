"""Measures the routes of programs under load: requests a second, latency, and the memory of the process meanwhile.

    python3 scripts/bench_api.py [SECONDS]     so long for each route (10)

Needs the release build and wrk. Patchbay serves with its embedded Redis, and the stand-ins are a process of their own,
all on this machine's loopback, in one temporary folder. Nothing is limited, so that what is measured is the work.
"""

import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "api"))

import demo  # noqa: E402

CONNECTIONS = 32
ACCOUNT = {"contacts": "15000", "companies": "5000", "deals": "5000"}


class Served(demo.Demo):
    """A Patchbay that serves, beside stand-ins in a process of their own."""

    command = "serve"

    def __enter__(self):
        uris = [f"{self.url}/integrations/{id}/oauth2callback" for id in ("hubspot", "notion", "airtable")]
        command = [self.program, "sandbox", "--port", "0"]
        for uri in uris:
            command += ["--redirect-uri", uri]
        self.sandbox = subprocess.Popen(
            command, cwd=self.folder.name, env={"PATH": os.environ["PATH"]}, stdout=subprocess.PIPE, text=True
        )
        self.environment["PATCHBAY_AUTH"] = "demo"
        for id in ("HUBSPOT", "NOTION", "AIRTABLE"):
            self.environment[f"{id}_CLIENT_ID"] = "sandbox-client"
            self.environment[f"{id}_CLIENT_SECRET"] = "sandbox-secret"
        # It says the settings that lead to each stand-in, and then where its controls are; Airtable's come last.
        for line in self.sandbox.stdout:
            name, _, value = line.strip().partition("=")
            if value:
                self.environment[name] = value
            elif "AIRTABLE_API_URL" in self.environment:
                break
        return super().__enter__()

    def controls(self, _):
        return self.environment["HUBSPOT_API_URL"] + "/_sandbox"

    def __exit__(self, *ended):
        super().__exit__(*ended)
        self.sandbox.terminate()
        self.sandbox.wait(20)


def resident(pid):
    """Resident memory of a process in MiB."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) / 1024


def wrk(served, name, place, seconds, headers=(), body=None):
    """Asks a route for so long; prints what wrk says, and the most memory meanwhile."""
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"]
    for header in headers:
        command += ["-H", header]
    if body is not None:
        script = os.path.join(served.folder.name, "post.lua")
        with open(script, "w", encoding="ascii") as file:
            file.write(f'wrk.method = "POST"\nwrk.body = "{body}"\n')
            file.write('wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n')
        command += ["-s", script]
    run = subprocess.Popen(command + [served.url + place], stdout=subprocess.PIPE, text=True)
    most = 0.0
    while run.poll() is None:
        most = max(most, resident(served.process.pid))
        time.sleep(0.1)
    said = run.stdout.read()
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said).group(1)
    half, last = (re.search(rf"^ +{share}% +(\S+)", said, re.M).group(1) for share in (50, 99))
    wrong = re.search(r"Non-2xx or 3xx responses: \d+", said)
    print(f"{name:<34} {float(rate):>8.0f}/s   p50 {half:>9}   p99 {last:>9}   {most:5.1f} MiB  {wrong.group(0) if wrong else ''}")


def main(program, seconds):
    with Served(program) as served:
        idle = resident(served.process.pid)
        served.connect("hubspot", ACCOUNT)
        bearer = f"Authorization: Bearer {served.key()}"
        print(f"idle {idle:.1f} MiB; {CONNECTIONS} connections, {seconds} s a route; 25,000 items")
        ids = "user_id=ada&org_id=acme"
        wrk(served, "POST …/credentials (classic)", "/integrations/hubspot/credentials", seconds, (), ids)
        connection = "/api/v1/connections/hubspot"
        wrk(served, "GET …/token", f"{connection}/token", seconds, (bearer,))
        wrk(served, "GET /api/v1/connections", "/api/v1/connections", seconds, (bearer,))
        wrk(served, "GET /api/v1/items (100 items)", "/api/v1/items", seconds, (bearer,))
        wrk(served, "GET /api/v1/items?limit=500", "/api/v1/items?limit=500", seconds, (bearer,))
        wrk(served, "GET /api/v1/items?sort=name&q=an", "/api/v1/items?sort=name&q=an", seconds, (bearer,))


if __name__ == "__main__":
    main("target/release/patchbay", int(sys.argv[1]) if len(sys.argv) > 1 else 10)
