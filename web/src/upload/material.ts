import type { Material } from "../api/client";
import type { Source } from "./sources";

const PATIENCE_MS = 5000;
const USUAL_FPS = 30;

/** What a browser can tell of a file without sending it; null where it can't read it. */
export async function materialOf(source: Source): Promise<Material | null> {
  const [first] = source.files;
  if (first === undefined) return null;
  if (source.kind === "photos") return ofPhotos(first.file, source.files.length);
  return first.file.name.toLowerCase().endsWith(".zip") ? null : ofVideo(first.file);
}

async function ofPhotos(first: File, photos: number): Promise<Material> {
  try {
    const picture = await createImageBitmap(first);
    const size = { width_px: picture.width, height_px: picture.height };
    picture.close();
    return { photos, ...size };
  } catch {
    return { photos };
  }
}

/** From the header alone. How many frames there are a browser does not say: as many as most cameras take. */
async function ofVideo(file: File): Promise<Material | null> {
  const video = document.createElement("video");
  const url = URL.createObjectURL(file);
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(reject, PATIENCE_MS);
      video.onloadedmetadata = () => {
        clearTimeout(timer);
        resolve();
      };
      video.onerror = reject;
      video.preload = "metadata";
      video.src = url;
    });
    return materialOfVideo(video);
  } catch {
    return null;
  } finally {
    video.removeAttribute("src");
    URL.revokeObjectURL(url);
  }
}

export function materialOfVideo(video: {
  readonly duration: number;
  readonly videoWidth: number;
  readonly videoHeight: number;
}): Material | null {
  const { duration: duration_s, videoWidth: width_px, videoHeight: height_px } = video;
  if (!Number.isFinite(duration_s) || width_px === 0) return null;
  return { duration_s, frames: Math.round(duration_s * USUAL_FPS), width_px, height_px };
}
