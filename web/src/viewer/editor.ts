/** Writing hotspots: the list of them, and a form for one. Loaded by who opens it. */
import { type Api, connectApi, read } from "../api/client";
import { ApiProblem } from "../api/problem";
import type { Session } from "../api/session";
import { sendWhole } from "../upload/whole";
import { viewerStrings } from "../viewerStrings";
import { element } from "./element";
import { icon } from "./icons";
import { asShown, type OwnHotspot } from "./ownHotspots";
import { facing, type Placement, placed, stanceOf } from "./placing";
import type { Vector } from "./space";
import type { Viewer } from "./viewer";

const words = viewerStrings.editor;
const DEGREES = 180 / Math.PI;
const GLB = "model/gltf-binary";
const MEDIA_TYPES = `image/jpeg,image/png,audio/mpeg,video/mp4,${GLB},.glb`;

export class Editor {
  readonly #viewer: Viewer;
  readonly #tourId: string;
  readonly #api: Api;
  readonly #panel = element("section", { class: "editor", "aria-label": words.title, hidden: true });
  #hotspots: OwnHotspot[];
  #opener: HTMLElement | null = null;

  constructor(viewer: Viewer, tourId: string, session: Session, hotspots: OwnHotspot[]) {
    this.#viewer = viewer;
    this.#tourId = tourId;
    this.#api = connectApi(session);
    this.#hotspots = hotspots;
    viewer.root.append(this.#panel);
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#close();
    });
  }

  toggle(opener: HTMLElement): void {
    this.#opener = opener;
    if (this.#panel.hidden) this.#showList();
    else this.#close();
  }

  #close(): void {
    this.#panel.hidden = true;
    this.#opener?.focus();
  }

  #showList(): void {
    const close = element(
      "button",
      { type: "button", class: "tool", "aria-label": viewerStrings.controls.close },
      icon("close"),
    );
    const add = element("button", { type: "button", class: "action" }, words.add);
    close.addEventListener("click", () => this.#close());
    add.addEventListener("click", () => void this.#add());
    this.#show(
      element("header", {}, element("h2", {}, words.title), close),
      element("p", { class: "aside" }, this.#hotspots.length ? words.hint : words.none),
      element("ul", { class: "rows" }, ...this.#hotspots.map((one) => this.#row(one))),
      add,
    );
    add.focus();
  }

  #show(...content: HTMLElement[]): void {
    this.#panel.replaceChildren(...content);
    this.#panel.hidden = false;
  }

  #row(one: OwnHotspot): HTMLElement {
    const edit = element(
      "button",
      { type: "button", class: "row", "aria-label": words.edit(one.title) },
      one.title,
    );
    const remove = element(
      "button",
      { type: "button", class: "tool", "aria-label": words.remove(one.title) },
      icon("close"),
    );
    edit.addEventListener("click", () => this.#showForm(one, one.position));
    remove.addEventListener("click", () => void this.#remove(one));
    return element("li", { class: "pair" }, edit, remove);
  }

  async #add(): Promise<void> {
    const point = await this.#point();
    if (point) this.#showForm(null, point);
    else this.#showList();
  }

  #point(): Promise<Vector | null> {
    this.#panel.hidden = true;
    this.#viewer.say(words.aim);
    return this.#viewer.askForPoint();
  }

  async #move(one: OwnHotspot): Promise<void> {
    this.#showForm(one, (await this.#point()) ?? one.position);
  }

  #showForm(before: OwnHotspot | null, position: Vector): void {
    const form = new Form(before, facing(this.#viewer.view.yaw));
    form.element.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#save(before, position, form);
    });
    form.onCancel(() => this.#showList());
    if (before) form.onMove(() => void this.#move(before));
    this.#show(element("h2", {}, before ? words.edit(before.title) : words.add), form.element);
    form.focus();
  }

  async #save(before: OwnHotspot | null, position: Vector, form: Form): Promise<void> {
    form.wait(words.sending);
    try {
      const body = {
        ...form.written,
        position: [...position] as [number, number, number],
        seen_from: this.#seenFrom(),
        media_upload_id: form.file ? await this.#send(form.file) : form.keptUpload,
      };
      const tour = { tour_id: this.#tourId };
      const saved = await (before
        ? read(
            this.#api.PUT("/v1/tours/{tour_id}/hotspots/{hotspot_id}", {
              params: { path: { ...tour, hotspot_id: before.hotspot_id } },
              body,
            }),
          )
        : read(this.#api.POST("/v1/tours/{tour_id}/hotspots", { params: { path: tour }, body })));
      this.#take(
        [...this.#hotspots.filter((one) => one !== before), saved as unknown as OwnHotspot],
        words.saved,
      );
    } catch (error) {
      form.fail(told(error));
    }
  }

  async #remove(one: OwnHotspot): Promise<void> {
    try {
      const path = { tour_id: this.#tourId, hotspot_id: one.hotspot_id };
      await read(this.#api.DELETE("/v1/tours/{tour_id}/hotspots/{hotspot_id}", { params: { path } }));
      this.#take(
        this.#hotspots.filter((other) => other !== one),
        words.removed,
      );
    } catch (error) {
      this.#viewer.say(told(error));
    }
  }

  #take(hotspots: OwnHotspot[], said: string): void {
    this.#hotspots = hotspots;
    this.#viewer.showHotspots(hotspots.map(asShown));
    this.#viewer.say(said);
    this.#showList();
  }

  #seenFrom(): OwnHotspot["seen_from"] {
    const { position, yaw, pitch } = this.#viewer.view;
    return { position: [...position], yaw_deg: yaw * DEGREES, pitch_deg: pitch * DEGREES };
  }

  /** The id of the upload that the file has become. Throws `ApiProblem`. */
  async #send(file: File): Promise<string> {
    const tour = await read(
      this.#api.GET("/v1/tours/{tour_id}", { params: { path: { tour_id: this.#tourId } } }),
    );
    return sendWhole(this.#api, tour.project_id, file, typeOf(file));
  }
}

/** The fields of one hotspot. */
class Form {
  readonly element: HTMLFormElement;
  readonly #before: OwnHotspot | null;
  readonly #title: HTMLInputElement;
  readonly #text: HTMLTextAreaElement;
  readonly #link: HTMLInputElement;
  readonly #file = element("input", { type: "file", accept: MEDIA_TYPES });
  readonly #dropFile = element("input", { type: "checkbox" });
  readonly #turn = element("input", { type: "number", step: "1", min: "-360", max: "360" });
  readonly #scale = element("input", { type: "number", step: "any", min: "0.0001", max: "10000" });
  readonly #stance = element(
    "fieldset",
    { class: "stance" },
    element("legend", {}, words.stance),
    element("label", {}, words.turn, this.#turn),
    element("label", {}, words.scale, this.#scale),
  );
  readonly #moveButton = element("button", { type: "button", class: "quiet", hidden: true }, words.move);
  readonly #told = element("p", { class: "told", role: "alert" });
  readonly #save = element("button", { type: "submit", class: "action" }, words.save);
  readonly #cancel = element("button", { type: "button", class: "quiet" }, words.cancel);

  /** `turn_deg`: how a thing is turned that is new. */
  constructor(before: OwnHotspot | null, turn_deg: number) {
    this.#before = before;
    const stance = before?.placement ? stanceOf(before.placement) : { turn_deg, scale: 1 };
    this.#turn.value = String(Math.round(stance.turn_deg));
    this.#scale.value = String(Number(stance.scale.toPrecision(4)));
    this.#file.addEventListener("change", () => this.#showStance());
    this.#dropFile.addEventListener("change", () => this.#showStance());
    this.#title = element("input", { type: "text", required: true, maxlength: "120" });
    this.#text = element("textarea", { rows: "4", maxlength: "2000" });
    this.#link = element("input", { type: "url", maxlength: "2000", pattern: "https?://.*" });
    this.#title.value = before?.title ?? "";
    this.#text.value = before?.text ?? "";
    this.#link.value = before?.link ?? "";
    this.element = element(
      "form",
      {},
      element("label", {}, words.name, this.#title),
      element("label", {}, words.text, this.#text),
      element("label", {}, words.link, this.#link),
      element("label", {}, words.file, this.#file),
      ...this.#keptFile(),
      this.#stance,
      this.#moveButton,
      element("p", { class: "aside" }, words.seenFrom),
      this.#told,
      element("p", { class: "actions" }, this.#save, this.#cancel),
    );
    this.#showStance();
  }

  get written(): { title: string; text: string; link: string | null; placement: Placement | null } {
    return {
      title: this.#title.value,
      text: this.#text.value,
      link: this.#link.value || null,
      placement: this.#isThing ? placed(this.#before?.placement, this.#stanceNow) : null,
    };
  }

  get #stanceNow() {
    return { turn_deg: Number(this.#turn.value), scale: Number(this.#scale.value) || 1 };
  }

  /** Whether the file is one that stands in the place. */
  get #isThing(): boolean {
    if (this.file) return typeOf(this.file) === GLB;
    return this.#before?.media?.kind === "model" && !this.#dropFile.checked;
  }

  #showStance(): void {
    this.#stance.hidden = !this.#isThing;
  }

  get file(): File | null {
    return this.#file.files?.[0] ?? null;
  }

  get keptUpload(): string | null {
    return this.#dropFile.checked ? null : (this.#before?.media_upload_id ?? null);
  }

  onCancel(act: () => void): void {
    this.#cancel.addEventListener("click", act);
  }

  /** Points at another place for it. */
  onMove(act: () => void): void {
    this.#moveButton.hidden = false;
    this.#moveButton.addEventListener("click", act);
  }

  focus(): void {
    this.#title.focus();
  }

  wait(text: string): void {
    this.#save.disabled = true;
    this.#told.textContent = this.file ? text : "";
  }

  fail(text: string): void {
    this.#save.disabled = false;
    this.#told.textContent = text;
  }

  #keptFile(): HTMLElement[] {
    if (!this.#before?.media) return [];
    return [
      element("p", { class: "aside" }, words.keepsFile(this.#before.media.name)),
      element("label", { class: "check" }, this.#dropFile, words.dropFile),
    ];
  }
}

/** Browsers don't know all names. */
function typeOf(file: File): string {
  return file.type || (/\.glb$/i.test(file.name) ? GLB : "");
}

const LABELS: Readonly<Record<string, string>> = {
  title: words.name,
  text: words.text,
  link: words.linkName,
  media_upload_id: words.fileName,
};

/** For whoever filled the form in; the API's own advice on requests is for those who write them. */
function told(error: unknown): string {
  if (!(error instanceof ApiProblem)) return words.failed;
  const [refused] = error.fields;
  if (!refused) return `${error.message} ${error.advice}`;
  return words.refused(LABELS[refused.field] ?? words.place, refused.message);
}
