/** Where somebody says how they want to take their tour with them, and sees how large that is. */
import { element } from "../viewer/element";
import type { TourFiles } from "../viewer/files";
import type { OwnHotspot } from "../viewer/ownHotspots";
import { viewerStrings } from "../viewerStrings";
import { type Export, Leaving } from "./download";

const words = viewerStrings.export;

/** Opens over the page; gone once it is closed. */
export async function openSheet(
  root: HTMLElement,
  files: TourFiles,
  hotspots: () => Promise<OwnHotspot[]>,
): Promise<void> {
  const sheet = new Sheet(files, hotspots);
  root.append(sheet.element);
  sheet.element.showModal();
  await sheet.prepare();
}

class Sheet {
  readonly element: HTMLDialogElement;
  readonly #files: TourFiles;
  readonly #hotspots: () => Promise<OwnHotspot[]>;
  readonly #file = radio("file");
  readonly #folder = radio("folder");
  readonly #levels = element("select");
  readonly #said = element("p", { role: "status" }, words.preparing);
  readonly #take = element("button", { type: "submit", class: "action", disabled: true }, words.take);
  #leaving: Leaving | null = null;

  constructor(files: TourFiles, hotspots: () => Promise<OwnHotspot[]>) {
    this.#files = files;
    this.#hotspots = hotspots;
    const close = element("button", { type: "button", class: "action quiet" }, viewerStrings.controls.close);
    this.#file.checked = true;
    const form = element(
      "form",
      {},
      element("h2", { id: "export-title" }, words.title(files.name)),
      choice(this.#file, words.file, words.fileHelp),
      element("label", { class: "indented" }, words.finest, this.#levels),
      choice(this.#folder, words.folder, words.folderHelp),
      this.#said,
      element("p", { class: "actions" }, this.#take, close),
    );
    this.element = element("dialog", { class: "sheet", "aria-labelledby": "export-title" }, form);
    close.addEventListener("click", () => this.element.close());
    this.element.addEventListener("close", () => this.element.remove());
    form.addEventListener("change", () => this.#weigh());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#download();
    });
  }

  async prepare(): Promise<void> {
    try {
      this.#leaving = await Leaving.prepare(this.#files, await this.#hotspots());
    } catch {
      this.#said.textContent = words.failed;
      return;
    }
    for (const { name, splats } of this.#leaving.manifest.levels) {
      this.#levels.append(element("option", { value: name }, words.level(name, splats)));
    }
    this.#take.disabled = false;
    this.#weigh();
  }

  #chosen(): Export | undefined {
    return this.#folder.checked ? this.#leaving?.asFolder() : this.#leaving?.asFile(this.#levels.value);
  }

  #weigh(): void {
    this.#levels.disabled = this.#folder.checked;
    const bytes = this.#chosen()?.bytes;
    if (bytes !== undefined) this.#said.textContent = words.size(bytes / 1e6);
  }

  async #download(): Promise<void> {
    const chosen = this.#chosen();
    if (!chosen) return;
    this.#take.disabled = true;
    try {
      const made = await chosen.make((share) => {
        this.#said.textContent = words.fetching(share);
      });
      save(made, chosen.fileName);
      this.#said.textContent = words.done(chosen.fileName);
    } catch {
      this.#said.textContent = words.failed;
    }
    this.#take.disabled = false;
  }
}

function radio(value: string): HTMLInputElement {
  return element("input", { type: "radio", name: "kind", value });
}

function choice(button: HTMLInputElement, name: string, help: string): HTMLElement {
  return element("label", { class: "choice" }, button, element("span", {}, name, element("small", {}, help)));
}

function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
