// Builds one page (`--mode kitchen`, `board` or `day`, else the customer's). One at a time, so that none carries a byte of
// another's.
// No inline script or style may come out of it: the pages run under a strict content security policy.
import { defineConfig } from "vite";
import { worker } from "./sw/plugin.js";

const API = process.env.ORDERBELL_URL ?? "http://127.0.0.1:8080";
const LATER = ["kitchen", "board", "day"]; // the customer's is built first, with what all share

const LATE_STYLES = `
const asked = {};
const style = (file) => (asked[file] ??= new Promise((done, failed) => {
  const href = "/" + file;
  if (document.querySelector(\`link[href="\${href}"]\`)) return done(); // the page's own
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  link.onload = done;
  link.onerror = () => {
    link.remove();
    delete asked[file];
    failed(Error(file));
  };
  document.head.append(link);
}));
export const __vitePreload = (load, files = []) => Promise.all([load(), ...files.map(style)]).then(([module]) => module);
`;

export default defineConfig(({ mode }) => ({
  appType: "mpa",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist",
    emptyOutDir: !LATER.includes(mode),
    copyPublicDir: !LATER.includes(mode),
    assetsInlineLimit: 0, // a data: URI would be code that the policy forbids
    cssMinify: "lightningcss",
    cssCodeSplit: true, // what comes later brings its own styles
    modulePreload: false,
    rollupOptions: { input: LATER.includes(mode) ? `${mode}/index.html` : "index.html" },
  },
  plugins: [
    worker(),
    {
      // Vite's helper for import() in one line: the styles of a late chunk come beside its script and before it is drawn.
      name: "orderbell-late-styles",
      enforce: "pre",
      load: (id) => (id.includes("vite/preload-helper") ? LATE_STYLES : null),
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
