import { describe, expect, it } from "vitest";
import { meshOf, thingOf } from "../../src/objectView/putBack";

const MUG = { name: "Grandma's mug", files: { "objects/mug/full.glb": 9, "objects/mug/mesh.glb": 2 } };

const thing = (name: string, bytes: number) => ({ title: "Renamed since", media: { name, bytes } });

describe("an object that was put back into its tour", () => {
  it("is found by its file, whatever it is called there", () => {
    const itself = thing("Grandma-s-mug.glb", 2);
    expect(thingOf(MUG, [thing("Grandma-s-jug.glb", 2), itself])).toBe(itself);
  });

  it("is another one once it was built anew", () => {
    expect(thingOf(MUG, [thing("Grandma-s-mug.glb", 3)])).toBeNull();
  });

  it("is not a place without a file, and not there without a mesh", () => {
    const place = { title: "A view", media: null };
    expect(thingOf(MUG, [place])).toBeNull();
    expect(thingOf({ name: "Grandma's mug", files: {} }, [place])).toBeNull();
  });

  it("was sent as the mesh for the web", () => {
    expect(meshOf(MUG)).toMatchObject({ path: "objects/mug/mesh.glb", name: "Grandma-s-mug.glb" });
  });
});
