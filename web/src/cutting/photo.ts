/** A photo from the person's disk or from the studio, upright and at the size at which it is cut. */
import { ApiProblem } from "../api/problem";
import { strings } from "../strings";
import { type PictureHeader, readHeader } from "./fileHeader";
import type { Size } from "./mask";
import { uprightCuttingSize } from "./size";

const words = strings.cutting.photos;

/** What `embed_photo` takes. */
export const MOST_BYTES = 20 * 1000 ** 2;
export const MOST_SIDE_PX = 8192;
export const LEAST_SIDE_PX = 64;

export interface Photo extends Size {
  readonly picture: HTMLCanvasElement;
  readonly pixels: ImageData;
}

/** Its size as it is stored. Throws `ApiProblem` for what no session could be made of. */
export async function judge(file: Blob): Promise<Size> {
  if (file.size === 0) throw refusal("empty");
  if (file.size > MOST_BYTES) throw refusal("tooManyBytes");
  const content = await file.arrayBuffer().catch(() => {
    throw refusal("unreadable");
  });
  const header = readHeader(new Uint8Array(content));
  if (header === null) throw refusal("otherKind");
  return judgeHeader(header);
}

function judgeHeader({ size, isAnimated }: PictureHeader): Size {
  if (isAnimated) throw refusal("animated");
  if (size === null) throw refusal("damaged");
  if (Math.max(size.width, size.height) > MOST_SIDE_PX) throw refusal("tooLarge");
  if (Math.min(size.width, size.height) < LEAST_SIDE_PX) throw refusal("tooSmall");
  return size;
}

function refusal(why: keyof typeof words.refusals): ApiProblem {
  return new ApiProblem(-1, why, words.refusals[why], words.advice);
}

/** A person's own photo. Throws `ApiProblem` for what can't be used, before anything is decoded. */
export async function openPhoto(file: Blob): Promise<Photo> {
  const stored = await judge(file);
  const decoded = await decode(file);
  return drawn(decoded, uprightCuttingSize(decoded, stored));
}

/** The photo as the studio has made it, in its own size. Throws `ApiProblem` where it can't be read. */
export async function openStudioPhoto(file: Blob): Promise<Photo> {
  const decoded = await decode(file);
  return drawn(decoded, { width: decoded.width, height: decoded.height });
}

/** Turned as its EXIF says. */
function decode(file: Blob): Promise<ImageBitmap> {
  return createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => {
    throw refusal("damaged");
  });
}

function drawn(decoded: ImageBitmap, size: Size): Photo {
  const picture = document.createElement("canvas");
  picture.width = size.width;
  picture.height = size.height;
  const context = picture.getContext("2d", { willReadFrequently: true });
  if (context === null) throw refusal("unreadable");
  context.imageSmoothingQuality = "high";
  // Where it is see-through it is white, as in the photo that the studio makes of it.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, size.width, size.height);
  context.drawImage(decoded, 0, 0, size.width, size.height);
  decoded.close();
  return { ...size, picture, pixels: context.getImageData(0, 0, size.width, size.height) };
}
