import { readdirSync } from "node:fs";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { noWebGpuShaders } from "./vite.shaders.ts";

// Every page beside this file is an entry: index.html is the studio, others (viewer, tour, embed) have no React.
const pages = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".html"));

export default defineConfig({
  plugins: [react(), noWebGpuShaders],
  build: {
    target: "es2022",
    rollupOptions: { input: pages },
    // A page's Content-Security-Policy allows no inline scripts, and data: URLs only for pictures.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1100,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
});
