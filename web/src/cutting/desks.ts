/** The editors of this page, each with its photo. They outlive what React shows: a draft's goes on as its session's. */
import { rescaled } from "./drawing";
import { Editor } from "./editor";
import { drawingOf, keepDrawing } from "./kept";
import type { Photo } from "./photo";
import { type Segmentation, WorkerSegmentation } from "./segmentation";
import { answersOf, type Confirmed, drawingOfSent, NOTHING_CONFIRMED } from "./sent";

export interface Desk {
  readonly editor: Editor;
  readonly photo: Photo;
}

const KEPT_AFTER_MS = 30;
/** Whoever leaves the page and comes back at once finds it as it was, undo and all. */
const CLOSED_AFTER_MS = 4000;

interface Entry {
  readonly desk: Promise<Desk>;
  id: string;
  leaving: number;
}

export class Desks {
  readonly #userId: string;
  readonly #makeSegmentation: () => Segmentation;
  #entries: readonly Entry[] = [];

  constructor(userId: string, makeSegmentation: () => Segmentation = () => new WorkerSegmentation()) {
    this.#userId = userId;
    this.#makeSegmentation = makeSegmentation;
  }

  /**
   * The desk of a draft or session. Where it is not open yet it is opened with its photo, and with what was marked
   * before: in this browser, else as it was `confirmed`.
   */
  open(
    id: string,
    load: () => Promise<Photo>,
    confirmed: () => Promise<Confirmed> = async () => NOTHING_CONFIRMED,
  ): Promise<Desk> {
    const open = this.#entries.find((one) => one.id === id);
    if (open) {
      clearTimeout(open.leaving);
      return open.desk;
    }
    const entry: Entry = { id, leaving: 0, desk: this.#make(id, load, confirmed) };
    this.#entries = [...this.#entries, entry];
    entry.desk.then(
      ({ editor }) => this.#follow(entry, editor),
      () => this.#drop(entry),
    );
    return entry.desk;
  }

  /** Nobody looks at it any more. */
  leave(id: string): void {
    const entry = this.#entries.find((one) => one.id === id);
    if (entry) entry.leaving = window.setTimeout(() => this.#drop(entry), CLOSED_AFTER_MS);
  }

  /** Opens it anew the next time. */
  async close(id: string): Promise<void> {
    const entry = this.#entries.find((one) => one.id === id);
    if (!entry) return;
    const { editor, photo } = await entry.desk;
    await keepDrawing(this.#userId, id, { drawing: editor.state().drawing, size: sizeOf(photo) });
    this.#drop(entry);
  }

  /** What was a draft is a session now. */
  rename(from: string, to: string): void {
    const entry = this.#entries.find((one) => one.id === from);
    if (entry) entry.id = to;
  }

  async #make(id: string, load: () => Promise<Photo>, confirmed: () => Promise<Confirmed>): Promise<Desk> {
    const [photo, kept, sent] = await Promise.all([load(), drawingOf(this.#userId, id), confirmed()]);
    const drawing = kept
      ? rescaled(kept.drawing, { x: photo.width / kept.size.width, y: photo.height / kept.size.height })
      : drawingOfSent(sent.cutouts);
    const answers = drawing && answersOf(drawing, sent, photo);
    return { photo, editor: new Editor(photo, this.#makeSegmentation(), drawing, answers) };
  }

  /** Keeps what is marked, a moment after it has changed. */
  #follow(entry: Entry, editor: Editor): void {
    let known = editor.state().drawing;
    let timer = 0;
    editor.subscribe(() => {
      const { drawing } = editor.state();
      if (drawing === known) return;
      known = drawing;
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        void keepDrawing(this.#userId, entry.id, { drawing, size: sizeOf(editor.photo) });
      }, KEPT_AFTER_MS);
    });
  }

  #drop(entry: Entry): void {
    clearTimeout(entry.leaving);
    this.#entries = this.#entries.filter((one) => one !== entry);
    entry.desk.then(
      ({ editor }) => editor.close(),
      () => undefined,
    );
  }
}

function sizeOf({ width, height }: { width: number; height: number }) {
  return { width, height };
}
