// Checks every page of a folder, and the style sheets. Pages that are known to be bad come first: a check that finds nothing wrong with those
// would find nothing anywhere.
//
//   node check.mjs FOLDER

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { accessibility, openBrowser } from "./accessibility.mjs";
import { serve } from "./server.mjs";
import { validity } from "./validity.mjs";

/** How many lines are printed of what is wrong. */
const SHOWN = 60;

/** The pages that are known to be bad, and our style sheets. */
const BAD_PAGES = fileURLToPath(new URL("bad/", import.meta.url));
const STATIC = fileURLToPath(new URL("../../static/", import.meta.url));

async function filesOf(folder, kind) {
  const files = await readdir(folder);
  return files.filter((file) => file.endsWith(`.${kind}`)).sort();
}

/** What is wrong with the style sheets of a folder. */
async function checkStyles(folder) {
  const styles = await filesOf(folder, "css");
  return validity(styles.map((style) => join(folder, style)), "css");
}

/** Everything that is wrong with the pages of a folder. */
async function check(browser, folder) {
  const pages = await filesOf(folder, "html");
  const server = await serve(folder);
  try {
    const [html, axe] = await Promise.all([
      validity(pages.map((page) => join(folder, page)), "html"),
      accessibility(browser, server.address, pages),
    ]);
    return { pages, wrong: [...html, ...axe] };
  } finally {
    server.close();
  }
}

/** What must be found in the bad files. */
const BAD = { "open.css": "css error", "no-words.html": "axe image-alt (light)", "dark.html": "axe color-contrast (dark)", "two-of-one-name.html": "html error" };

async function proveItself(browser) {
  const { wrong } = await check(browser, BAD_PAGES);
  wrong.push(...(await checkStyles(BAD_PAGES)));
  for (const [bad, what] of Object.entries(BAD)) {
    const seen = wrong.some(([page, line]) => page === bad && line.startsWith(what));
    if (!seen) throw new Error(`the check does not see what is wrong with ${bad}: ${what}`);
  }
}

const browser = await openBrowser();
try {
  await proveItself(browser);
  const { pages, wrong } = await check(browser, process.argv[2]);
  wrong.push(...(await checkStyles(STATIC)));
  for (const [page, line] of wrong.slice(0, SHOWN)) console.error(`  ${page}: ${line}`);
  if (pages.length === 0) throw new Error("there are no pages to check");
  console.log(`pages: ${pages.length} pages checked, light and dark; ${wrong.length} flaws`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} finally {
  await browser.close();
}
