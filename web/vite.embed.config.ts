import { defineConfig } from "vite";

/**
 * The script for other people's pages. Its address is written into them, so it has no digest: what would break them
 * gets a new folder. A classic script, so it runs wherever it is put and knows where it comes from.
 */
export default defineConfig({
  publicDir: false,
  build: {
    target: "es2022",
    outDir: "dist/embed/v1",
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: "src/embed/diorama-tour.ts",
      preserveEntrySignatures: false,
      output: { format: "iife", entryFileNames: "diorama-tour.js" },
    },
  },
});
