// Builds one page (`--mode kitchen`, else the customer's). One at a time, so that neither carries a byte of the other's.
// No inline script or style may come out of it: the pages run under a strict content security policy.
import { defineConfig } from "vite";

const API = process.env.ORDERBELL_URL ?? "http://127.0.0.1:8080";

export default defineConfig(({ mode }) => ({
  appType: "mpa",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist",
    emptyOutDir: mode !== "kitchen", // the kitchen's is built second
    copyPublicDir: mode !== "kitchen",
    assetsInlineLimit: 0, // a data: URI would be code that the policy forbids
    cssMinify: "lightningcss",
    cssCodeSplit: false, // one sheet a page: what comes later brings only script
    modulePreload: false,
    rollupOptions: { input: mode === "kitchen" ? "kitchen/index.html" : "index.html" },
  },
  plugins: [
    {
      // Vite's helper preloads the styles of late chunks; ours bring none, so import() alone does.
      name: "orderbell-plain-import",
      enforce: "pre",
      load: (id) => (id.includes("vite/preload-helper") ? "export const __vitePreload = (load) => load();" : null),
    },
    {
      // The same addresses in `npm run dev` as behind the gateway (custom.rewrites in serverless.yml).
      name: "orderbell-rewrites",
      configureServer(server) {
        server.middlewares.use((request, _response, next) => {
          if (/^\/[so]\//.test(request.url ?? "")) request.url = "/index.html";
          next();
        });
      },
    },
  ],
  server: {
    proxy: { "/bill": API, "/get_shop_info": API, "/pgws": { target: API, ws: true } },
  },
}));
