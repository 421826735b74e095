/** One's own tour's hotspots as they are now, which its bundle does not hold; and the way to change them. */
import type { Session } from "../api/session";
import { viewerStrings } from "../viewerStrings";
import { element } from "./element";
import { type Hotspot, type Media, shownAs, viewIn, webLink } from "./hotspots";
import { icon } from "./icons";
import type { Placement } from "./placing";
import type { Viewer } from "./viewer";

/** As much of the API's answer as is shown. */
export interface OwnHotspot {
  readonly hotspot_id: string;
  readonly title: string;
  readonly text?: string;
  readonly link?: string | null;
  readonly position: [number, number, number];
  readonly seen_from: { position: [number, number, number]; yaw_deg: number; pitch_deg: number };
  readonly media_upload_id?: string | null;
  readonly media: {
    readonly kind: Media["kind"] | "model";
    readonly name: string;
    readonly content_type: string;
    readonly bytes: number;
    readonly url: string;
  } | null;
  readonly placement?: Placement | null;
}

/** As the API answers. */
export interface OwnHotspots {
  readonly hotspots: OwnHotspot[];
  /** Who only looks on in a project may not. */
  readonly may_change: boolean;
}

/** The tour's hotspots as they are now. Throws where the studio does not answer. */
export async function askHotspots(tourId: string, session: Session): Promise<OwnHotspots> {
  const token = await session.accessToken();
  const answer = await fetch(`/v1/tours/${encodeURIComponent(tourId)}/hotspots`, {
    headers: { Authorization: `Bearer ${token ?? ""}` },
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/** Shows the hotspots, and to those who may change them a button that opens their editor. */
export async function showOwnHotspots(viewer: Viewer, tourId: string, session: Session): Promise<void> {
  try {
    const { hotspots, may_change } = await askHotspots(tourId, session);
    viewer.showHotspots(hotspots.map(asShown));
    if (may_change) viewer.addTool(editButton(viewer, tourId, session, hotspots));
  } catch {
    viewer.say(viewerStrings.notices.placesFailed);
  }
}

export function asShown(own: OwnHotspot): Hotspot {
  return {
    id: own.hotspot_id,
    title: own.title,
    text: own.text ?? "",
    link: webLink(own.link),
    position: own.position,
    seenFrom: viewIn(own.seen_from),
    ...shownAs(own.media, own.placement),
  };
}

function editButton(
  viewer: Viewer,
  tourId: string,
  session: Session,
  hotspots: OwnHotspot[],
): HTMLButtonElement {
  const words = viewerStrings.controls;
  const button = element(
    "button",
    { type: "button", class: "tool", "aria-label": words.edit, "data-tip": words.edit },
    icon("edit"),
  );
  let editor: Promise<import("./editor").Editor> | null = null;
  button.addEventListener("click", () => {
    editor ??= import("./editor").then(({ Editor }) => new Editor(viewer, tourId, session, hotspots));
    editor.then((open) => open.toggle(button)).catch(() => viewer.say(viewerStrings.notices.placesFailed));
  });
  return button;
}
