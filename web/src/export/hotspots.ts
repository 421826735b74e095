/** A tour's hotspots, which its bundle does not hold: as the page of an exported tour says them, and their files. */
import type { Hotspot } from "../viewer/manifest";
import type { OwnHotspot } from "../viewer/ownHotspots";
import type { Placement } from "../viewer/placing";

/** A hotspot's picture, sound or film. */
export interface HotspotFile {
  readonly path: string;
  readonly bytes: number;
  readonly contentType: string;
  readonly url: string;
}

const ENDINGS: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "audio/mpeg": "mp3",
  "video/mp4": "mp4",
  "model/gltf-binary": "glb",
};
const DECIMALS = 4;
const FINE_DECIMALS = 6;

export function hotspotFiles(hotspots: readonly OwnHotspot[]): HotspotFile[] {
  return hotspots.flatMap((own) => {
    if (!own.media) return [];
    const { bytes, content_type, url } = own.media;
    return [{ path: pathOf(own.hotspot_id, content_type), bytes, contentType: content_type, url }];
  });
}

/** As a manifest says them. */
export function written(hotspots: readonly OwnHotspot[]): Hotspot[] {
  return hotspots.map(({ hotspot_id, title, text, link, position, seen_from, media, placement }) => ({
    hotspot_id,
    title,
    text: text ?? "",
    link: link ?? null,
    position: rounded(position),
    seen_from: {
      position: rounded(seen_from.position),
      yaw_deg: round(seen_from.yaw_deg),
      pitch_deg: round(seen_from.pitch_deg),
    },
    media: media && { kind: media.kind, path: pathOf(hotspot_id, media.content_type) },
    ...(placement ? { placement: placed(placement) } : {}),
  }));
}

const pathOf = (id: string, contentType: string) => `hotspots/${id}.${ENDINGS[contentType] ?? "bin"}`;

const round = (value: number, decimals = DECIMALS) => Number(value.toFixed(decimals));

function placed({ rotation_wxyz: [w, x, y, z], scale }: Placement): Placement {
  const fine = (value: number) => round(value, FINE_DECIMALS);
  return { rotation_wxyz: [fine(w), fine(x), fine(y), fine(z)], scale: fine(scale) };
}

const rounded = ([x, y, z]: readonly [number, number, number]): [number, number, number] => [
  round(x),
  round(y),
  round(z),
];
