import { describe, expect, it } from "vitest";
import { arWayOf, sceneViewerLink } from "../../src/objectView/augmented";
import { downloadsOf, pathOf, plainName } from "../../src/objectView/files";
import { onFloorAlong } from "../../src/objectView/inRoom";
import { type Build, type BuiltObject, extentsOf, subjectsOf } from "../../src/studio/objects/build";

const MUG: BuiltObject = {
  cutout_id: "mug",
  name: "Grandma's mug",
  model: "diorama",
  is_estimated: true,
  splats: 1000,
  vertices: 500,
  faces: 900,
  web_faces: 300,
  is_watertight: true,
  bounds_min: [-0.2, 0, -0.2],
  bounds_max: [0.2, 1, 0.2],
  placed_at: [1, 0, 0],
  files: {
    "objects/mug/splats.ply": 3,
    "objects/mug/mesh.glb": 2,
    "objects/mug/full.glb": 9,
    "objects/mug/log": 1,
  },
};

describe("files of an object", () => {
  it("are offered best known first, with names of their own and their sizes", () => {
    expect(downloadsOf(MUG).map(({ name, bytes }) => [name, bytes])).toEqual([
      ["Grandma-s-mug.glb", 2],
      ["Grandma-s-mug-full.glb", 9],
      ["Grandma-s-mug.ply", 3],
    ]);
  });

  it("are found by name, and missing ones are known to be missing", () => {
    expect(pathOf(MUG, "mesh.glb")).toBe("objects/mug/mesh.glb");
    expect(pathOf(MUG, "mesh.usdz")).toBeNull();
  });

  it("have a name where theirs has no letters", () => {
    expect(plainName("???")).toBe("object");
    expect(plainName("Ĉapelo 2")).toBe("Ĉapelo-2");
  });
});

describe("what there is to look at", () => {
  const build = (...objects: BuiltObject[]): Build => ({
    job_id: "j",
    attempt: 1,
    model: "diorama",
    objects,
    scene_files: { "scene/mesh.glb": 5, "scene/splats.sog": 4 },
    bytes: 9,
    warnings: [],
    made_at: 0,
  });

  it("is the object alone where there is one, and all together before each where there are several", () => {
    expect([...subjectsOf(build(MUG), "Table").keys()]).toEqual(["mug"]);
    const two = build(MUG, { ...MUG, cutout_id: "cup" });
    expect([...subjectsOf(two, "Table").keys()]).toEqual(["all", "mug", "cup"]);
    const scene = subjectsOf(two, "Table").get("all");
    expect(scene && downloadsOf(scene.subject).map(({ name }) => name)).toEqual(["Table.glb", "Table.sog"]);
  });

  it("stands where it was only together with the others", () => {
    expect(subjectsOf(build(MUG), "Table").get("mug")?.standing[0]?.placed_at).toEqual([0, 0, 0]);
  });

  it("has metres only where the scale of all of it is known", () => {
    const [seen] = subjectsOf(build(MUG), "Table").values();
    if (!seen) throw new Error("nothing to see");
    expect(extentsOf(seen)).toBeNull();
    const scaled = { ...MUG, scale_source: "reference" };
    expect(extentsOf({ ...seen, objects: [scaled] })).toEqual([0.4, 1, 0.4]);
    expect(extentsOf({ ...seen, objects: [scaled, MUG] })).toBeNull();
  });
});

describe("a device with augmented reality", () => {
  const glb = "https://studio.example/files/mesh.glb";
  const desktop = { userAgent: "X11; Linux x86_64", knowsArLinks: false, hasWebXr: false };
  const android = { ...desktop, userAgent: "Mozilla/5.0 (Linux; Android 14; Pixel 8)" };

  it("is known by what it says it can", () => {
    expect(arWayOf({ ...desktop, userAgent: "iPhone", knowsArLinks: true }, glb)).toBe("quickLook");
    expect(arWayOf({ ...android, hasWebXr: true }, glb)).toBe("webXr");
    expect(arWayOf({ ...desktop, hasWebXr: true }, glb)).toBe("webXr");
    expect(arWayOf(android, glb)).toBe("sceneViewer");
    expect(arWayOf(desktop, glb)).toBeNull();
  });

  it("puts an object where its owner points, on the floor", () => {
    expect(onFloorAlong([1, 1.6, 2], [0, -0.8, -0.6])).toEqual([1, 0, 2 - 1.2]);
    expect(onFloorAlong([1, 1.6, 2], [0, 0.1, -1])).toBeNull();
    expect(onFloorAlong([1, 1.6, 2], [0, 0, -1])).toBeNull();
  });

  it("fetches nothing over a line that is not safe", () => {
    expect(arWayOf(android, "http://127.0.0.1:8000/mesh.glb")).toBeNull();
  });

  it("is told where the file is, and where to go without it", () => {
    const link = sceneViewerLink(glb, "A mug & saucer", "https://studio.example/objects/1");
    expect(link).toContain(`file=${encodeURIComponent(glb)}`);
    expect(link).toContain("title=A+mug+%26+saucer");
    expect(link).toContain(
      `S.browser_fallback_url=${encodeURIComponent("https://studio.example/objects/1")}`,
    );
  });
});
