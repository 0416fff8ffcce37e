// Writes each page's service worker beside its document, with the list of what the page was built into.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A Vite plugin. ORDERBELL_WORKER=off builds the worker that takes itself away (docs/operations.md). */
export function worker() {
  return {
    name: "orderbell-worker",
    apply: "build",
    writeBundle({ dir }, bundle) {
      const names = Object.keys(bundle).sort();
      const page = names.find((name) => name.endsWith("index.html"));
      if (!dir || !page) return; // a bundle of the tests
      const version = createHash("sha256").update(readFileSync(join(dir, page)));
      const files = names.filter((name) => name.startsWith("assets/")).map((name) => `/${name}`);
      const source = process.env.ORDERBELL_WORKER === "off" ? "off.js" : "worker.js";
      const facts = {
        __ADDRESS__: `/${page.slice(0, -"index.html".length)}`,
        __FILES__: files,
        __VERSION__: version.update(files.join()).digest("hex").slice(0, 12),
      };
      const text = readFileSync(new URL(source, import.meta.url), "utf8").replace(/^\/\/.*\n/gm, "");
      writeFileSync(join(dir, dirname(page), "sw.js"), text.replace(/__[A-Z]+__/g, (name) => JSON.stringify(facts[name])).trimStart());
    },
  };
}
