// Accessibility by axe-core: every rule of WCAG 2.2 AA and every best practice, none left out.

import { access } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];
/** Where browsers are, unless CHROME_PATH or CHROMIUM_PATH names one. */
const BROWSERS = [
  "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

async function browserPath() {
  const named = process.env.CHROME_PATH ?? process.env.CHROMIUM_PATH;
  for (const path of named ? [named] : BROWSERS) {
    if (await access(path).then(() => true, () => false)) return path;
  }
  throw new Error("no Chromium was found; CHROME_PATH can name one");
}

/** A browser of this machine. Without a sandbox of its own, which it cannot have as root or in a container. */
export async function openBrowser() {
  const args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"];
  return chromium.launch({ executablePath: await browserPath(), args });
}

/** What is wrong with the page that is open, in one colour scheme; a line each. */
async function look(tab, scheme) {
  await tab.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
  const { violations } = await tab.evaluate((values) =>
    window.axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] }), TAGS);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `axe ${id} (${scheme}): ${help}: ${target.join(" ")}\n      ${failureSummary.replaceAll("\n", " ")}`));
}

/** Checks pages one after the other, light and dark; answers a list of [page, what is wrong]. */
async function lookAt(browser, address, pages) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  await context.addInitScript({ path: createRequire(import.meta.url).resolve("axe-core/axe.min.js") });
  const tab = await context.newPage();
  const found = [];
  for (const page of pages) {
    await tab.goto(`${address}${page}`, { waitUntil: "load" });
    for (const scheme of ["light", "dark"]) {
      const wrong = await look(tab, scheme);
      found.push(...wrong.map((line) => [page, line]));
    }
  }
  await context.close();
  return found;
}

/** Checks pages in two tabs at once; answers a list of [page, what is wrong]. */
export async function accessibility(browser, address, pages) {
  const half = Math.ceil(pages.length / 2);
  const halves = [pages.slice(0, half), pages.slice(half)];
  return (await Promise.all(halves.map((pages) => lookAt(browser, address, pages)))).flat();
}
