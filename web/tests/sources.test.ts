import { describe, expect, it } from "vitest";
import { tourName } from "../src/upload/names";
import { photosOf, zipOf } from "../src/upload/photos";
import { mediaTypeOf, sourcesOf } from "../src/upload/sources";

const file = (path: string, content = path) => ({
  path,
  file: new File([content], path.split("/").pop() ?? path),
});

describe("what a person gives", () => {
  it("is a source for each video or zip", () => {
    const found = sourcesOf([file("a.mp4"), file("b.zip")], null);
    expect(found.map(({ name, kind }) => [name, kind])).toEqual([
      ["a.mp4", "file"],
      ["b.zip", "file"],
    ]);
  });

  it("is one source for a folder of photos, called as the folder", () => {
    const [source] = sourcesOf(
      [file("b.jpg"), file("a.PNG"), file("notes.txt"), file(".thumb/c.jpg")],
      "garden",
    );
    expect(source?.name).toBe("garden");
    expect(source?.files.map(({ path }) => path)).toEqual(["a.PNG", "b.jpg"]);
  });

  it("is refused where it is one photo, or nothing to use", () => {
    expect(() => sourcesOf([file("a.jpg")], null)).toThrow("One photo");
    expect(() => sourcesOf([file("notes.txt")], "folder")).toThrow("no video");
  });

  it("has its media type by its ending, whatever the browser says", () => {
    expect(mediaTypeOf(new File([], "A.MOV"))).toBe("video/quicktime");
    expect(mediaTypeOf(new File([], "a.xyz", { type: "text/x" }))).toBe("text/x");
    expect(mediaTypeOf(new File([], "a"))).toBe("application/octet-stream");
  });
});

describe("a zip of photos", () => {
  it("is the same bytes for the same photos, whatever their times", async () => {
    const photos = photosOf([file("b.jpg"), file("more/a.jpg")]);
    const again = photosOf([
      { path: "more/a.jpg", file: new File(["more/a.jpg"], "a.jpg", { lastModified: 5 }) },
      { path: "b.jpg", file: new File(["b.jpg"], "b.jpg", { lastModified: 7 }) },
    ]);
    const [one, other] = await Promise.all([zipOf(photos, "x.zip"), zipOf(again, "x.zip")]);
    expect(new Uint8Array(await one.arrayBuffer())).toEqual(new Uint8Array(await other.arrayBuffer()));
    expect(await one.text()).toContain("more/a.jpg");
  });
});

describe("a tour's name", () => {
  it("is the file's without its ending", () => {
    expect(tourName("Grandma's house.mp4")).toBe("Grandma's house");
    expect(tourName("garden")).toBe("garden");
    expect(tourName(".mp4")).toBe(".mp4");
  });
});
