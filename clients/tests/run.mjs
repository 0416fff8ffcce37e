// Bundles every tests/*.test.ts (Node 20 reads no TypeScript) and hands them to `node --test`.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const outDir = `${root}node_modules/.cache/tests`;
const files = readdirSync(`${root}tests`).filter((name) => name.endsWith(".test.ts"));

await build({
  root,
  configFile: false,
  logLevel: "warn",
  build: { ssr: true, outDir, emptyOutDir: true, minify: false, rollupOptions: { input: files.map((name) => `${root}tests/${name}`) } },
});
const bundles = files.map((name) => `${outDir}/${name.replace(/\.ts$/, ".js")}`);
const { status } = spawnSync(process.execPath, ["--test", ...process.argv.slice(2), ...bundles], { stdio: "inherit", cwd: root });
process.exit(status ?? 1);
