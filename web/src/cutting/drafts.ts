/** Photos on their way from a person's disk to a session. */
import { type Api, read, type UploadView } from "../api/client";
import { type ApiProblem, asProblem } from "../api/problem";
import { randomName } from "../randomName";
import { Digests } from "../upload/digests";
import { tourName } from "../upload/names";
import { patiently, sendMissing } from "../upload/send";
import { mediaTypeOf } from "../upload/sources";
import { draftsOf, forgetDraft, type KeptDraft, keepDraft, keepPhoto, moveDrawing } from "./kept";

export interface Draft {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly file: File;
  readonly phase: "sending" | "checking" | "starting" | "done" | "failed";
  readonly sentBytes: number;
  readonly problem: ApiProblem | null;
  /** Once it is one. */
  readonly sessionId: string | null;
}

const DRAFT = "new-";
const NEW_UPLOAD_CODES = new Set(["not_found", "upload_not_open", "upload_lost"]);

/** Whether an id in an address is a draft's, which only this browser knows. */
export function isDraft(id: string): boolean {
  return id.startsWith(DRAFT);
}

/** All drafts of this page. They live outside of React: leaving a page of the studio stops nothing. */
export class Drafts {
  readonly #api: Api;
  readonly #userId: string;
  readonly #digests = new Digests();
  readonly #listeners = new Set<() => void>();
  readonly #close = new AbortController();
  readonly #kept = new Map<string, KeptDraft>();
  #list: readonly Draft[] = [];
  /** Null until it is known what an earlier page has left. */
  #recovered: Promise<void> | null = null;

  constructor(api: Api, userId: string) {
    this.#api = api;
    this.#userId = userId;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly list = (): readonly Draft[] => this.#list;

  /** Begins, and answers with the id under which it is in the list. */
  start(projectId: string, file: File): string {
    const id = DRAFT + randomName();
    const kept = { id, userId: this.#userId, projectId, file, uploadId: null, startedAt: Date.now() };
    void this.#begin(kept);
    return id;
  }

  /** Goes on with what an earlier page did not finish, once. */
  recover(): Promise<void> {
    this.#recovered ??= this.#recover();
    return this.#recovered;
  }

  /** Tries once more what failed. */
  again(id: string): void {
    const kept = this.#kept.get(id);
    if (kept) void this.#run(kept);
  }

  close(): void {
    this.#close.abort(new DOMException("closed", "AbortError"));
  }

  async #recover(): Promise<void> {
    const { held } = await navigator.locks.query();
    const elsewhere = new Set(held?.map((lock) => lock.name));
    for (const kept of await draftsOf(this.#userId)) {
      if (!this.#kept.has(kept.id) && !elsewhere.has(lockOf(kept.id))) void this.#begin(kept);
    }
  }

  #begin(kept: KeptDraft): Promise<void> {
    this.#list = [...this.#list, fresh(kept)];
    this.#kept.set(kept.id, kept);
    this.#tell();
    return this.#run(kept);
  }

  /** Holds a lock meanwhile: other tabs see that it is on its way here. */
  async #run(kept: KeptDraft): Promise<void> {
    await navigator.locks.request(lockOf(kept.id), () => this.#carryThrough(kept));
  }

  async #carryThrough(kept: KeptDraft): Promise<void> {
    const { id, file } = kept;
    try {
      this.#change(id, { phase: "sending", problem: null });
      await keepDraft(kept);
      const upload = await this.#send(kept);
      this.#change(id, { phase: "starting", sentBytes: file.size });
      const sessionId = await this.#startSession(kept, upload);
      await moveDrawing(this.#userId, id, sessionId);
      await keepPhoto(this.#userId, sessionId, file);
      await forgetDraft(id);
      this.#change(id, { phase: "done", sessionId });
    } catch (error) {
      if (!this.#close.signal.aborted) this.#change(id, { phase: "failed", problem: asProblem(error) });
    }
  }

  async #send(kept: KeptDraft): Promise<UploadView> {
    const { signal } = this.#close;
    const upload = await patiently(signal, () => this.#upload(kept));
    if (upload.state === "open") {
      await sendMissing(kept.file, upload, {
        api: this.#api,
        digests: this.#digests,
        signal,
        sent: (sentBytes) => this.#change(kept.id, { sentBytes }),
      });
    }
    this.#change(kept.id, { phase: "checking" });
    const params = { path: { upload_id: upload.upload_id } };
    return patiently(signal, () =>
      read(this.#api.POST("/v1/uploads/{upload_id}/complete", { params, signal })),
    );
  }

  /** The upload that was begun before, or a new one where the studio has forgotten it. */
  async #upload(kept: KeptDraft): Promise<UploadView> {
    const uploadId = this.#kept.get(kept.id)?.uploadId ?? null;
    if (uploadId !== null) {
      try {
        const params = { path: { upload_id: uploadId } };
        const upload = await read(this.#api.GET("/v1/uploads/{upload_id}", { params }));
        if (upload.state !== "refused") return upload;
      } catch (error) {
        if (!NEW_UPLOAD_CODES.has(asProblem(error).code)) throw error;
      }
    }
    const { file, projectId } = kept;
    const upload = await read(
      this.#api.POST("/v1/projects/{project_id}/uploads", {
        params: { path: { project_id: projectId } },
        body: { name: file.name, size: file.size, type: mediaTypeOf(file) },
      }),
    );
    const known = { ...kept, uploadId: upload.upload_id };
    this.#kept.set(kept.id, known);
    await keepDraft(known);
    return upload;
  }

  #startSession({ id, file }: KeptDraft, { project_id, upload_id }: UploadView): Promise<string> {
    // The same key for the same upload: an answer that got lost does not make a second session.
    const params = { header: { "Idempotency-Key": `${id}.${upload_id}` } };
    const body = { project_id, upload_id, name: tourName(file.name) };
    return patiently(
      this.#close.signal,
      async () => (await read(this.#api.POST("/v1/objects", { params, body }))).session_id,
    );
  }

  #change(id: string, changes: Partial<Draft>): void {
    this.#list = this.#list.map((one) => (one.id === id ? { ...one, ...changes } : one));
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function lockOf(id: string): string {
  return `diorama.draft.${id}`;
}

function fresh({ id, projectId, file }: KeptDraft): Draft {
  return {
    id,
    projectId,
    name: tourName(file.name),
    file,
    phase: "sending",
    sentBytes: 0,
    problem: null,
    sessionId: null,
  };
}
