// The HTML and the style sheets by the Nu validator: no error and no warning.

import { spawn } from "node:child_process";
import { createRequire } from "node:module";

/** The attributes of htmx, which HTML does not know. Nothing else is let pass. */
const HTMX = String.raw`Attribute “hx-[a-z:0-9-]+” not allowed on element “[a-z]+” at this point\.`;

const JAR = createRequire(import.meta.url).resolve("vnu-jar/build/dist/vnu.jar");

/** What the validator says of files, as text. It ends with 1 where it found something. */
function run(files, kind) {
  const args = ["-jar", JAR, "--format", "json", "--stdout", "--exit-zero-always", "--filterpattern", HTMX, `--${kind}`, ...files];
  return new Promise((done, failed) => {
    const java = spawn("java", args, { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    java.stdout.setEncoding("utf8").on("data", (piece) => { text += piece; });
    java.on("error", failed).on("close", (code) => (code === 0 ? done(text) : failed(new Error(`the validator ended with ${code}`))));
  });
}

/** Checks files that are all of one kind, `html` or `css`; answers a list of [file, what is wrong]. */
export async function validity(files, kind) {
  if (files.length === 0) return [];
  const { messages } = JSON.parse(await run(files, kind));
  return messages.map(({ url, type, subType, lastLine, message, extract }) =>
    [url.split("/").at(-1), `${kind} ${subType ?? type}, line ${lastLine}: ${message}\n      ${(extract ?? "").replaceAll("\n", " ")}`]);
}
