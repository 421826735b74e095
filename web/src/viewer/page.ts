/** What the three pages share: from their address to a visit, or to words that say why not. */
import "./viewer.css";
import { viewerStrings } from "../viewerStrings";
import { readAddress } from "./address";
import type { Listener } from "./events";
import type { TourFiles } from "./files";
import { type Action, Frame } from "./frame";
import type { Invitation } from "./invitation";
import { type Manifest, readManifest } from "./manifest";
import { asViewerProblem, type ProblemKind, ViewerProblem } from "./problem";
import type { Viewer } from "./viewer";

export interface Page {
  /** Throws `ViewerProblem`. */
  open(tourId: string): Promise<TourFiles>;
  /** Asked beside everything else before the place is shown. Throws `ViewerProblem` to show none. */
  admit?(tourId: string): Promise<void>;
  /** What stands above the canvas. */
  head(files: TourFiles): HTMLElement;
  /** What to do about a problem, beside trying again. */
  actions(kind: ProblemKind): readonly Action[];
  /** Hears what happens, and gets the viewer when there is one. */
  readonly listen?: Listener;
  /** What has to be accepted before there is more than a poster. */
  readonly invitation?: Invitation | null;
  onViewer?(viewer: Viewer): void;
}

/** The poster does not wait for the engine: that comes beside the first answers, in a file of its own. */
export async function start(page: Page): Promise<void> {
  const root = document.getElementById("viewer");
  if (!root) return;
  const frame = new Frame(root);
  const engine = page.invitation?.accepted.then(loadEngine) ?? loadEngine();
  engine.catch(() => undefined); // told below, when its turn comes
  try {
    const asked = readAddress(location);
    const files = await page.open(asked.tourId);
    const admitted = (page.invitation?.accepted ?? Promise.resolve()).then(() => page.admit?.(asked.tourId));
    admitted.catch(() => undefined); // told below, when its turn comes
    document.title = viewerStrings.title(files.name);
    const manifest = readManifest(await parsed(await files.fetch("manifest.json")));
    showPoster(frame, files, manifest);
    root.append(page.head(files));
    await invited(page, frame, files.name);
    const { Viewer } = await engine.catch(() => {
      throw new ViewerProblem("unreachable");
    });
    await admitted;
    const viewer = new Viewer(frame, files, manifest, asked, page.listen ?? (() => undefined));
    page.onViewer?.(viewer);
  } catch (error) {
    const { kind } = asViewerProblem(error);
    frame.showProblem(kind, [...page.actions(kind), ...again(kind)]);
    page.listen?.({ type: "problem", kind });
    if (kind === "mistake") throw error;
  }
}

const loadEngine = () => import("./viewer");

async function invited({ invitation }: Page, frame: Frame, name: string): Promise<void> {
  if (!invitation) return;
  frame.showProgress(null);
  invitation.show(frame.root, name);
  await invitation.accepted;
}

function showPoster(frame: Frame, files: TourFiles, { poster }: Manifest): void {
  frame.showPoster(files.url(poster.path), files.name);
}

async function parsed(answer: Response): Promise<unknown> {
  try {
    return await answer.json();
  } catch {
    throw new ViewerProblem("damaged");
  }
}

const PASSING: readonly ProblemKind[] = ["unreachable", "expired", "tooNew", "mistake", "notReady"];

function again(kind: ProblemKind): Action[] {
  if (!PASSING.includes(kind)) return [];
  return [{ label: viewerStrings.actions.again, act: () => location.reload() }];
}
