import type { Plugin } from "vite";

/** The viewer draws with WebGL 2: the engine's shaders for WebGPU would be a sixth of what visitors download. */
export const noWebGpuShaders: Plugin = {
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
