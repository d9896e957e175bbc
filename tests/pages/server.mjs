// Serves rendered pages and the static files on loopback, under the addresses that the pages themselves use.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const STATIC = fileURLToPath(new URL("../../static/", import.meta.url));
const KINDS = { ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml" };
/** As the program's own pages have it: what it forbids is not to be seen here either. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'";

/** The file behind an address: a static one, or a page of the folder. */
function place(path, folder) {
  if (path === "/static/htmx.js") return join(STATIC, "vendor", "htmx-4.0.1.min.js");
  if (path === "/favicon.ico") return join(STATIC, "mark.svg");
  if (path.startsWith("/static/")) return join(STATIC, basename(path));
  return join(folder, basename(path));
}

/** Serves the folder until it is closed; answers the address. */
export async function serve(folder) {
  const server = createServer(async (request, response) => {
    const file = place(new URL(request.url, "http://localhost").pathname, folder);
    try {
      const bytes = await readFile(file);
      response.writeHead(200, { "Content-Type": KINDS[extname(file)] ?? "text/plain", "Content-Security-Policy": POLICY });
      response.end(bytes);
    } catch {
      // What htmx asks for by itself: nothing, so that the page stays as it was rendered.
      response.writeHead(204).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}
