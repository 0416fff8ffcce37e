// Builds one page (`--mode kitchen`, `board` or `day`, else the customer's). One at a time, so that none carries a byte of
// another's.
// No inline script or style may come out of it: the pages run under a strict content security policy.
import { defineConfig } from "vite";
import { worker } from "./sw/plugin.js";

const API = process.env.ORDERBELL_URL ?? "http://127.0.0.1:8080";
const LATER = ["kitchen", "board", "day"]; // the customer's is built first, with what all share

// What the customer's late parts share, in few files that compress well: what every page uses (the page's own file), what a
// menu and all that comes over it use, and the drawings that no first view shows.
const GROUPS = [
  {
    name: "base",
    priority: 1,
    test: /node_modules|preload-helper|rolldown.runtime|lib\/(api|backoff|i18n|late|money|socket|store|time|words|worker)\.|lib\/parts\/(boot|icon|icons|lang)\.|customer\/(address|kept|main|monogram|orders|pages|route|waiting|words)\.|words\/tracker\.ts/,
  },
  { name: "icons", priority: 2, test: /later-icons/ },
  { name: "shop", test: /lib\/(cart|menu)\.ts|customer\/(parts|search|state)\./ },
];

const LATE_PARTS = `
const asked = {};
const ask = (file) => (asked[file] ??= new Promise((done, failed) => {
  const style = file.endsWith("css");
  const href = "/" + file;
  if (style && document.querySelector(\`link[href="\${href}"]\`)) return done(); // the page's own
  const link = document.createElement("link");
  link.rel = style ? "stylesheet" : "modulepreload";
  link.href = href;
  link.onload = done;
  link.onerror = () => {
    link.remove();
    delete asked[file];
    failed(Error(file));
  };
  document.head.append(link);
}));
export const __vitePreload = (load, files = []) => Promise.all([load(), ...files.map(ask)]).then(([module]) => module);
`;

export default defineConfig(({ mode }) => ({
  appType: "mpa",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: process.env.ORDERBELL_DIST ?? "dist",
    emptyOutDir: !LATER.includes(mode),
    copyPublicDir: !LATER.includes(mode),
    assetsInlineLimit: 0, // a data: URI would be code that the policy forbids
    cssMinify: "lightningcss",
    cssCodeSplit: true, // what comes later brings its own styles
    modulePreload: LATER.includes(mode) ? false : { polyfill: false },
    rollupOptions: LATER.includes(mode) ? { input: `${mode}/index.html` } : { input: "index.html", output: { codeSplitting: { groups: GROUPS } } },
  },
  plugins: [
    worker(),
    {
      // Vite's helper for import(), shorter: what a late script needs, its styles among it, is asked for at the same time.
      name: "orderbell-late-parts",
      enforce: "pre",
      load: (id) => (id.includes("vite/preload-helper") ? LATE_PARTS : null),
    },
    {
      // The same addresses in `npm run dev` as behind the gateway (custom.rewrites in serverless.yml).
      name: "orderbell-rewrites",
      configureServer(server) {
        server.middlewares.use((request, _response, next) => {
          if (/^\/[so]\//.test(request.url ?? "")) request.url = "/index.html";
          if (/^\/board\/[^.]*$/.test(request.url ?? "")) request.url = "/board/index.html";
          next();
        });
      },
    },
  ],
  server: {
    proxy: { "/bill": API, "/get_shop_info": API, "/pgws": { target: API, ws: true } },
  },
}));
