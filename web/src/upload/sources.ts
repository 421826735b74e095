import { ApiProblem } from "../api/problem";
import { strings } from "../strings";
import { type FolderFile, photosOf } from "./photos";

/** What a person gave to make a tour from. `handles` let a reloaded page read it again, where it may. */
export interface Source {
  /** What to call it: a file's name, a folder's, or the first photo's. */
  readonly name: string;
  readonly kind: "file" | "photos";
  readonly files: readonly FolderFile[];
  readonly handles: readonly FileSystemHandle[];
}

const TYPES: Record<string, string> = {
  mp4: "video/mp4",
  m4v: "video/x-m4v",
  mov: "video/quicktime",
  avi: "video/x-msvideo",
  zip: "application/zip",
};

/** The media type by the name's ending: browsers differ in what they say of .mov, .avi and .zip. */
export function mediaTypeOf(file: File): string {
  const ending = file.name.split(".").pop()?.toLowerCase() ?? "";
  return TYPES[ending] ?? (file.type || "application/octet-stream");
}

/**
 * What some files are: each video or zip a source of its own, photos one source together.
 * Throws `ApiProblem` where there is nothing to make a tour from.
 */
export function sourcesOf(
  files: readonly FolderFile[],
  folder: string | null,
  handles: readonly FileSystemHandle[] = [],
): Source[] {
  const photos = photosOf(files);
  const others = folder === null ? files.filter((file) => !photos.includes(file)) : [];
  const sources: Source[] = others.map((file) => ({
    name: file.file.name,
    kind: "file",
    files: [file],
    handles: others.length === 1 && photos.length === 0 ? handles : [],
  }));
  if (photos.length === 1 && folder === null) throw nothing(strings.upload.onePhoto);
  const [first] = photos;
  if (first !== undefined) {
    const name = folder ?? first.path.replace(/\.[^.]*$/, "");
    sources.push({ name, kind: "photos", files: photos, handles: others.length === 0 ? handles : [] });
  }
  if (sources.length === 0) throw nothing(strings.upload.noPhotos);
  return sources;
}

function nothing(message: string): ApiProblem {
  return new ApiProblem(-1, "nothing_to_use", message, strings.upload.taken);
}

/** What an <input type=file> holds, a folder's files with their paths below it. */
export function sourcesOfInput(files: FileList): Source[] {
  const [first] = files;
  const folder = first?.webkitRelativePath.split("/")[0] || null;
  const found = [...files].map((file) => ({
    path: folder === null ? file.name : file.webkitRelativePath.slice(folder.length + 1),
    file,
  }));
  return sourcesOf(found, folder);
}

/** Not all browsers know it, nor does TypeScript. */
interface HandleItem extends DataTransferItem {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}

/** What was dropped: files, or one folder. Must be called within the event's handler. */
export async function sourcesOfDrop(transfer: DataTransfer): Promise<Source[]> {
  const items: HandleItem[] = [...transfer.items].filter((item) => item.kind === "file");
  const handles = items.map((item) => item.getAsFileSystemHandle?.().catch(() => null) ?? null);
  const entries = items.map((item) => item.webkitGetAsEntry());
  const plain = [...transfer.files].map((file) => ({ path: file.name, file }));
  const kept = (await Promise.all(handles)).filter((handle) => handle !== null);
  const [entry] = entries;
  if (entries.length === 1 && entry?.isDirectory) {
    const files = await filesBelow(entry as FileSystemDirectoryEntry, "");
    return sourcesOf(files, entry.name, kept);
  }
  return sourcesOf(plain, null, kept);
}

async function filesBelow(folder: FileSystemDirectoryEntry, path: string): Promise<FolderFile[]> {
  const reader = folder.createReader();
  const found: FolderFile[] = [];
  // A reader gives some entries at a time, and none at the end.
  for (let entries = await some(reader); entries.length > 0; entries = await some(reader)) {
    for (const entry of entries) {
      const below = path + entry.name;
      if (entry.isDirectory)
        found.push(...(await filesBelow(entry as FileSystemDirectoryEntry, `${below}/`)));
      else found.push({ path: below, file: await fileOf(entry as FileSystemFileEntry) });
    }
  }
  return found;
}

function some(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** The source that kept handles lead to; null where the browser asks the person anew, or it is gone. */
export async function sourceOfHandles(
  handles: readonly FileSystemHandle[],
  mayAsk: boolean,
): Promise<Source | null> {
  const files: FolderFile[] = [];
  let folder: string | null = null;
  try {
    for (const handle of handles) {
      if (!(await isReadable(handle, mayAsk))) return null;
      if (handle instanceof FileSystemDirectoryHandle) {
        folder = handle.name;
        files.push(...(await filesOf(handle, "")));
      } else if (handle instanceof FileSystemFileHandle) {
        files.push({ path: handle.name, file: await handle.getFile() });
      }
    }
    return sourcesOf(files, folder, handles)[0] ?? null;
  } catch {
    return null;
  }
}

interface AskableHandle extends FileSystemHandle {
  queryPermission?(what: { mode: "read" }): Promise<PermissionState>;
  requestPermission?(what: { mode: "read" }): Promise<PermissionState>;
}

async function isReadable(handle: AskableHandle, mayAsk: boolean): Promise<boolean> {
  if (handle.queryPermission === undefined) return true; // a browser that keeps its word without asking
  if ((await handle.queryPermission({ mode: "read" })) === "granted") return true;
  return mayAsk && (await handle.requestPermission?.({ mode: "read" })) === "granted";
}

async function filesOf(folder: FileSystemDirectoryHandle, path: string): Promise<FolderFile[]> {
  const found: FolderFile[] = [];
  for await (const [name, handle] of folder.entries()) {
    if (handle instanceof FileSystemDirectoryHandle)
      found.push(...(await filesOf(handle, `${path}${name}/`)));
    else if (handle instanceof FileSystemFileHandle)
      found.push({ path: path + name, file: await handle.getFile() });
  }
  return found;
}
