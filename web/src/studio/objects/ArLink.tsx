import { Button, Stack, Text } from "@mantine/core";
import { type RefObject, useEffect, useState } from "react";
import { arWayOf, type Device, sceneViewerLink, thisDevice } from "../../objectView/augmented";
import { type ObjectFiles, PICTURE, pathOf, QUICK_LOOK, WEB_MESH } from "../../objectView/files";
import { strings } from "../../strings";
import type { Seen } from "./build";
import type { CanvasHandle } from "./ObjectCanvas";

const words = strings.objectView;

interface Props {
  readonly seen: Seen;
  readonly files: ObjectFiles;
  readonly canvas: RefObject<CanvasHandle | null>;
}

/** A way into one's own room, where the device has one; else nothing. */
export function ArLink({ seen: { subject }, files, canvas }: Props) {
  const { device, giveUpWebXr } = useDevice();
  const [hasFailed, setFailed] = useState(false);
  const [glb, usdz, picture] = [WEB_MESH, QUICK_LOOK, PICTURE].map((name) => pathOf(subject, name));
  const way = device && arWayOf(device, glb ? files.url(glb) : "");
  const enter = () =>
    canvas.current?.standInRoom().catch(() => {
      setFailed(true);
      giveUpWebXr();
    });
  if (!way && !hasFailed) return null;
  return (
    <Stack gap="xs" className="object-ar">
      {way === "webXr" && <Button onClick={() => void enter()}>{words.ar}</Button>}
      {way === "sceneViewer" && glb && (
        <Button component="a" href={sceneViewerLink(files.url(glb), subject.name, location.href)}>
          {words.ar}
        </Button>
      )}
      {way === "quickLook" && usdz && picture && (
        // Quick Look opens at once only where there is nothing but a picture in the link; the system marks it.
        <a rel="ar" href={files.url(usdz)}>
          <img src={files.url(picture)} alt={words.ar} />
        </a>
      )}
      {hasFailed && (
        <Text size="sm" role="status">
          {words.room.failed}
        </Text>
      )}
    </Stack>
  );
}

function useDevice() {
  const [device, setDevice] = useState<Device | null>(null);
  useEffect(() => {
    void thisDevice().then(setDevice);
  }, []);
  const giveUpWebXr = () => setDevice((known) => known && { ...known, hasWebXr: false });
  return { device, giveUpWebXr };
}
