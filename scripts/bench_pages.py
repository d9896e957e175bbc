"""Measures pages under load, whole as a browser asks for them and in part as htmx does.

    python3 scripts/bench_pages.py [SECONDS]     so long for each page (10)

Needs the release build and wrk, and works as bench_api.py does.
"""

import sys

from bench_api import CONNECTIONS, Served, resident, wrk

ACCOUNT = {"contacts": "300", "companies": "120", "deals": "80"}
HTMX = ("HX-Request: true", "HX-Request-Type: partial")


def main(program, seconds):
    with Served(program) as served:
        idle = resident(served.process.pid)
        browser = served.connect("hubspot", ACCOUNT)
        session = "Cookie: " + "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)
        print(f"idle {idle:.1f} MiB; {CONNECTIONS} connections, {seconds} s a page; 500 items, 25 of them on a page")
        wrk(served, "the connections", "/connections", seconds, (session,))
        page = "/connections/hubspot"
        wrk(served, "a connection, whole", page, seconds, (session,))
        wrk(served, "its table alone (htmx)", f"{page}/items?sort=name&dir=asc", seconds, (session, *HTMX))
        wrk(served, "the same, whole", f"{page}/items?sort=name&dir=asc", seconds, (session,))


if __name__ == "__main__":
    main("target/release/patchbay", int(sys.argv[1]) if len(sys.argv) > 1 else 10)
