import { readdirSync } from "node:fs";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

// Every page beside this file is an entry: index.html is the studio, others (viewer, tour, embed) have no React.
const pages = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".html"));

// The viewer draws with WebGL 2: the engine's shaders for WebGPU would be a sixth of what visitors download.
const noWebGpuShaders: Plugin = {
  name: "no-webgpu-shaders",
  transform(code, id) {
    const exported = /\/playcanvas\/.*\/wgsl\/chunks\//.test(id) && /export \{([^}]*)\}/.exec(code)?.[1];
    if (!exported) return null;
    const names = exported.split(",").map((name) => name.trim().split(" ").at(-1));
    return {
      code: `const none = "";\nexport { ${names.map((name) => `none as ${name}`).join(", ")} };`,
      map: null,
    };
  },
};

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
