import { downloadZip } from "client-zip";

const PHOTO = /\.(jpe?g|png|webp)$/i;
const ANY_TIME = new Date(1980, 0, 1);

export function isPhotoName(name: string): boolean {
  return PHOTO.test(name);
}

/** A file of a folder; `path` is below the folder, with `/`. */
export interface FolderFile {
  readonly path: string;
  readonly file: File;
}

/** The photos among files, in order of their paths, hidden ones left out. */
export function photosOf(files: readonly FolderFile[]): FolderFile[] {
  return files
    .filter(({ path }) => isPhotoName(path) && !path.split("/").some((name) => name.startsWith(".")))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

/**
 * One zip of the photos, stored as they are, since they don't pack. No time shows in it, so the same photos
 * are the same bytes, and an upload of them can go on after a reload.
 */
export async function zipOf(photos: readonly FolderFile[], name: string): Promise<File> {
  const entries = photos.map(({ path, file }) => ({ name: path, input: file, lastModified: ANY_TIME }));
  return new File([await downloadZip(entries).blob()], name, { type: "application/zip", lastModified: 0 });
}
