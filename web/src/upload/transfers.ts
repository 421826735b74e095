import { type Api, type NewTour, read, type UploadView } from "../api/client";
import { ApiProblem, asProblem } from "../api/problem";
import { randomName } from "../randomName";
import { strings } from "../strings";
import { Digests } from "./digests";
import { tourName } from "./names";
import { zipOf } from "./photos";
import { forget, type Remembered, remember, rememberedOf, type TourOptions } from "./remembered";
import { patiently, sendMissing } from "./send";
import { mediaTypeOf, type Source, sourceOfHandles } from "./sources";

/** `waiting`: a reload has cut the page off from the file; the person must choose it again. */
export type Phase = "packing" | "sending" | "checking" | "starting" | "done" | "waiting" | "failed";

/** Something on its way from a person's disk to a tour. */
export interface Transfer {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly kind: "file" | "photos";
  readonly phase: Phase;
  readonly sentBytes: number;
  readonly size: number;
  readonly problem: ApiProblem | null;
  readonly jobId: string | null;
  /** The browser kept a way to the file and will ask whether we may use it. */
  readonly hasHandle: boolean;
}

const NEW_UPLOAD_CODES = new Set(["not_found", "upload_not_open", "upload_lost"]);

/**
 * Every transfer of this page. It lives outside of React: leaving a page of the studio stops nothing.
 */
export class Transfers {
  #list: readonly Transfer[] = [];
  readonly #api: Api;
  readonly #userId: string;
  readonly #digests = new Digests();
  readonly #aborts = new Map<string, AbortController>();
  readonly #remembered = new Map<string, Remembered>();
  readonly #sources = new Map<string, { source: Source; options: TourOptions }>();
  readonly #listeners = new Set<() => void>();

  constructor(api: Api, userId: string) {
    this.#api = api;
    this.#userId = userId;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly list = (): readonly Transfer[] => this.#list;

  /** Finds what an earlier page did not finish; goes on by itself where the browser lets it read the file. */
  async recover(): Promise<void> {
    const elsewhere = await runningElsewhere();
    for (const kept of await rememberedOf(this.#userId)) {
      if (this.#find(kept.id) || elsewhere.has(lockOf(kept.id))) continue;
      this.#remembered.set(kept.id, kept);
      this.#add({ ...fresh(kept.id, kept), phase: "waiting", size: kept.size });
      const source = kept.handles.length > 0 ? await sourceOfHandles(kept.handles, false) : null;
      if (source !== null) void this.#run(kept.id, source, kept.options);
    }
  }

  /** Begins; how it goes is in the list, under the id. */
  start(projectId: string, source: Source, options: TourOptions): string {
    const id = randomName();
    this.#add(fresh(id, { ...source, projectId }));
    void this.#run(id, source, options);
    return id;
  }

  /** Goes on with what waits, with the file that was chosen again. Throws `ApiProblem` for another file. */
  async goOn(id: string, chosen: Source | null): Promise<void> {
    const kept = this.#remembered.get(id);
    if (kept === undefined) return;
    const source = chosen ?? (await sourceOfHandles(kept.handles, true));
    const [first] = source?.files ?? [];
    if (source === null || first === undefined) {
      throw new ApiProblem(-1, "file_gone", strings.upload.fileGone, strings.upload.chooseAgain(kept.name));
    }
    const isSame = source.kind === kept.kind && (kept.kind === "photos" || first.file.size === kept.size);
    if (!isSame) {
      throw new ApiProblem(-1, "other_file", strings.upload.otherFile, strings.upload.chooseAgain(kept.name));
    }
    void this.#run(id, source, kept.options);
  }

  /** Tries once more what failed. */
  again(id: string): void {
    const known = this.#sources.get(id);
    if (known) void this.#run(id, known.source, known.options);
  }

  /** Stops it and takes back what was sent. */
  async drop(id: string): Promise<void> {
    this.#aborts.get(id)?.abort(new DOMException("dropped", "AbortError"));
    const upload_id = this.#remembered.get(id)?.uploadId;
    this.#list = this.#list.filter((one) => one.id !== id);
    this.#tell();
    await this.#forget(id);
    if (upload_id !== undefined) {
      await this.#api
        .DELETE("/v1/uploads/{upload_id}", { params: { path: { upload_id } } })
        .catch(() => undefined);
    }
  }

  /** Forgets what has ended. */
  dismiss(id: string): void {
    this.#list = this.#list.filter((one) => one.id !== id);
    this.#tell();
    void this.#forget(id);
  }

  /** Stops all, so that a later page goes on with them: nobody is signed in any more. */
  close(): void {
    for (const abort of this.#aborts.values()) abort.abort(new DOMException("closed", "AbortError"));
  }

  /** Holds a lock meanwhile: other tabs see that it is on its way here. */
  async #run(id: string, source: Source, options: TourOptions): Promise<void> {
    await navigator.locks.request(lockOf(id), () => this.#carryThrough(id, source, options));
  }

  async #carryThrough(id: string, source: Source, options: TourOptions): Promise<void> {
    const abort = new AbortController();
    this.#aborts.set(id, abort);
    this.#sources.set(id, { source, options });
    try {
      this.#change(id, { phase: source.kind === "photos" ? "packing" : "sending", problem: null });
      const content = await fileOf(source);
      this.#change(id, { phase: "sending", size: content.size });
      const upload = await this.#send(id, content, source, options, abort.signal);
      this.#change(id, { phase: "starting", sentBytes: content.size });
      const jobId = await this.#startTour(id, source, upload, options, abort.signal);
      await this.#forget(id);
      this.#change(id, { phase: "done", jobId });
    } catch (error) {
      if (!abort.signal.aborted) this.#change(id, { phase: "failed", problem: asProblem(error) });
    }
  }

  /** The upload, complete. One that the studio has forgotten begins anew, once. */
  async #send(
    id: string,
    content: File,
    source: Source,
    options: TourOptions,
    signal: AbortSignal,
  ): Promise<UploadView> {
    try {
      return await this.#sendOnce(id, content, source, options, signal);
    } catch (error) {
      if (!this.#remembered.has(id) || !NEW_UPLOAD_CODES.has(asProblem(error).code)) throw error;
      this.#remembered.delete(id);
      return this.#sendOnce(id, content, source, options, signal);
    }
  }

  async #sendOnce(
    id: string,
    content: File,
    source: Source,
    options: TourOptions,
    signal: AbortSignal,
  ): Promise<UploadView> {
    const upload = await patiently(signal, () => this.#upload(id, content, source, options));
    if (upload.state === "open") {
      await sendMissing(content, upload, {
        api: this.#api,
        digests: this.#digests,
        signal,
        sent: (sentBytes) => this.#change(id, { sentBytes }),
      });
    }
    this.#change(id, { phase: "checking", sentBytes: content.size });
    const params = { path: { upload_id: upload.upload_id } };
    return patiently(signal, () =>
      read(this.#api.POST("/v1/uploads/{upload_id}/complete", { params, signal })),
    );
  }

  async #upload(id: string, content: File, source: Source, options: TourOptions): Promise<UploadView> {
    const kept = this.#remembered.get(id);
    if (kept !== undefined) {
      const params = { path: { upload_id: kept.uploadId } };
      const upload = await read(this.#api.GET("/v1/uploads/{upload_id}", { params }));
      if (upload.size === content.size && upload.state !== "refused") return upload;
    }
    return this.#begin(id, content, source, options);
  }

  async #begin(id: string, content: File, source: Source, options: TourOptions): Promise<UploadView> {
    const projectId = this.#find(id)?.projectId ?? "";
    const upload = await read(
      this.#api.POST("/v1/projects/{project_id}/uploads", {
        params: { path: { project_id: projectId } },
        body: { name: content.name, size: content.size, type: mediaTypeOf(content) },
      }),
    );
    const kept: Remembered = {
      id,
      userId: this.#userId,
      projectId,
      name: source.name,
      kind: source.kind,
      fileName: content.name,
      size: content.size,
      uploadId: upload.upload_id,
      handles: source.handles,
      options,
      startedAt: Date.now(),
    };
    this.#remembered.set(id, kept);
    await remember(kept);
    return upload;
  }

  #startTour(
    id: string,
    source: Source,
    upload: UploadView,
    options: TourOptions,
    signal: AbortSignal,
  ): Promise<string> {
    const source_ids = { project_id: upload.project_id, upload_id: upload.upload_id };
    // The same key for the same upload: an answer that got lost does not make a second tour.
    const params = { header: { "Idempotency-Key": `${id}.${upload.upload_id}` } };
    if (options.judgeFirst && source.kind === "file" && !source.name.toLowerCase().endsWith(".zip")) {
      const asked = { params, body: source_ids };
      return patiently(
        signal,
        async () => (await read(this.#api.POST("/v1/tours/capture-reports", asked))).job_id,
      );
    }
    const body: NewTour = {
      ...source_ids,
      name: tourName(source.name),
      ...(options.params ? { params: options.params } : {}),
      ...(options.budget ? { budget: options.budget } : {}),
    };
    return patiently(signal, async () => (await read(this.#api.POST("/v1/tours", { params, body }))).job_id);
  }

  async #forget(id: string): Promise<void> {
    this.#remembered.delete(id);
    this.#sources.delete(id);
    this.#aborts.delete(id);
    await forget(id);
  }

  #find(id: string): Transfer | undefined {
    return this.#list.find((one) => one.id === id);
  }

  #add(transfer: Transfer): void {
    this.#list = [...this.#list, transfer];
    this.#tell();
  }

  #change(id: string, changes: Partial<Transfer>): void {
    this.#list = this.#list.map((one) => (one.id === id ? { ...one, ...changes } : one));
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function lockOf(id: string): string {
  return `diorama.transfer.${id}`;
}

async function runningElsewhere(): Promise<ReadonlySet<string | undefined>> {
  const { held } = await navigator.locks.query();
  return new Set(held?.map((lock) => lock.name));
}

function fresh(
  id: string,
  about: { name: string; kind: "file" | "photos"; projectId: string; handles: readonly unknown[] },
): Transfer {
  return {
    id,
    projectId: about.projectId,
    name: about.name,
    kind: about.kind,
    phase: "packing",
    sentBytes: 0,
    size: 0,
    problem: null,
    jobId: null,
    hasHandle: about.handles.length > 0,
  };
}

async function fileOf(source: Source): Promise<File> {
  const [first] = source.files;
  if (source.kind === "file" && first !== undefined) return first.file;
  return zipOf(source.files, `${source.name}.zip`);
}
