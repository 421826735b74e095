import { Button } from "@mantine/core";
import { arWayOf, sceneViewerLink, thisDevice } from "../../objectView/augmented";
import { type ObjectFiles, PICTURE, pathOf, QUICK_LOOK, WEB_MESH } from "../../objectView/files";
import { strings } from "../../strings";
import type { Seen } from "./build";

const words = strings.objectView;

/** A way into one's own room, where the device has one; else nothing. */
export function ArLink({ seen: { subject }, files }: { seen: Seen; files: ObjectFiles }) {
  const [glb, usdz] = [pathOf(subject, WEB_MESH), pathOf(subject, QUICK_LOOK)];
  const way = arWayOf(thisDevice(), glb === null ? "" : files.url(glb));
  if (way === "sceneViewer" && glb !== null) {
    return (
      <Button component="a" href={sceneViewerLink(files.url(glb), subject.name, location.href)}>
        {words.ar}
      </Button>
    );
  }
  const picture = pathOf(subject, PICTURE);
  if (way === "quickLook" && usdz !== null && picture !== null) {
    return (
      // Quick Look opens at once only where there is nothing but a picture in the link; the system marks it.
      <a className="object-ar" rel="ar" href={files.url(usdz)}>
        <img src={files.url(picture)} alt={words.ar} />
      </a>
    );
  }
  return null;
}
