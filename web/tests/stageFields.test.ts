import { describe, expect, it } from "vitest";
import document from "../../docs/openapi.json";
import { changesOf, fieldsOf } from "../src/studio/parts/stageFields";

describe("the fields of a stage", () => {
  it("are those that the API's document names, each of its kind", () => {
    const fields = fieldsOf(document, "tours", "train_splats");
    const kinds = Object.fromEntries(fields.map((field) => [field.name, field.kind]));
    expect(kinds).toMatchObject({ quality: "choice", max_splats: "integer", exposure: "boolean" });
    expect(fields.find((field) => field.name === "quality")?.choices).toEqual(["draft", "standard", "high"]);
    expect(fields.find((field) => field.name === "max_splats")?.label).toBe("Max splats");
  });

  it("are those of the stage itself where a product is asked for stages one by one", () => {
    const names = fieldsOf(document, "objects", "build_object").map((field) => field.name);
    expect(names).toEqual(expect.arrayContaining(["quality", "shape", "max_faces"]));
  });

  it("are none for a stage that the document does not know", () => {
    expect(fieldsOf(document, "tours", "bake")).toEqual([]);
    expect(fieldsOf({}, "tours", "train_splats")).toEqual([]);
  });
});

describe("what is changed", () => {
  it("is what differs from before, and nothing else", () => {
    expect(changesOf({ steps: 5, seed: 0 }, { steps: 5, seed: 1 })).toEqual({ seed: 1 });
    expect(changesOf({ steps: 5 }, { steps: null })).toEqual({ steps: null });
    expect(changesOf({ steps: null }, { steps: null })).toBeNull();
    expect(changesOf({}, {})).toBeNull();
  });
});
