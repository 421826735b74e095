/** An object in one's own room, by what the device brings along: Quick Look (iOS) or Scene Viewer (Android). */

export type ArWay = "quickLook" | "sceneViewer";

export interface Device {
  readonly userAgent: string;
  /** Whether a link may say rel="ar". */
  readonly knowsArLinks: boolean;
}

/** How this device shows the file at that address; null where it can't. */
export function arWayOf({ userAgent, knowsArLinks }: Device, address: string): ArWay | null {
  if (knowsArLinks) return "quickLook";
  // Another program fetches the file, and only safely.
  if (/\bAndroid\b/.test(userAgent) && address.startsWith("https://")) return "sceneViewer";
  return null;
}

export function thisDevice(): Device {
  return {
    userAgent: navigator.userAgent,
    knowsArLinks: document.createElement("a").relList.supports("ar"),
  };
}

/** An Android intent that shows a GLB; where that is not possible, the browser goes to `otherwise`. */
export function sceneViewerLink(glb: string, title: string, otherwise: string): string {
  const query = new URLSearchParams({ file: glb, mode: "ar_preferred", title });
  const fallback = encodeURIComponent(otherwise);
  return (
    `intent://arvr.google.com/scene-viewer/1.0?${query}#Intent;scheme=https;` +
    "package=com.google.android.googlequicksearchbox;action=android.intent.action.VIEW;" +
    `S.browser_fallback_url=${fallback};end;`
  );
}
