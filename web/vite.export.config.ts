import { defineConfig } from "vite";
import { noWebGpuShaders } from "./vite.shaders.ts";

/** The viewer for tours that leave the studio: one script and one style sheet, which also fit into a page. */
export default defineConfig({
  publicDir: false,
  plugins: [noWebGpuShaders],
  build: {
    target: "es2022",
    outDir: "dist/export",
    emptyOutDir: false,
    cssCodeSplit: false,
    modulePreload: false,
    chunkSizeWarningLimit: 1400,
    rollupOptions: {
      input: "src/viewer/pages/exported.ts",
      transform: { define: { "import.meta": "{}" } }, // vite's own, for chunks that are not here
      output: {
        format: "iife",
        codeSplitting: false,
        entryFileNames: "viewer.js",
        assetFileNames: "viewer[extname]",
      },
    },
  },
});
