// Bundles tests of this folder, or of copies of it: `node build.mjs OUT NAME=FILE ...` makes OUT/NAME.mjs, for `node` to run.
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL("../..", import.meta.url));
const [outDir, ...named] = process.argv.slice(2);
const rollupOptions = { input: Object.fromEntries(named.map((each) => each.split("="))), output: { entryFileNames: "[name].mjs" } };

await build({
  root,
  configFile: false,
  logLevel: "warn",
  build: { ssr: true, outDir, emptyOutDir: true, minify: false, rollupOptions },
});
