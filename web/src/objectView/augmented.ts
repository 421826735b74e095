/**
 * An object in one's own room, by what the device brings along: Quick Look (iOS), WebXR (the page itself: headsets,
 * most Android phones), or Scene Viewer (other Android phones).
 */

export type ArWay = "quickLook" | "webXr" | "sceneViewer";

export interface Device {
  readonly userAgent: string;
  /** Whether a link may say rel="ar". */
  readonly knowsArLinks: boolean;
  /** Whether pages may draw into what its camera sees, or its glasses. */
  readonly hasWebXr: boolean;
}

/** How this device shows the file at that address; null where it can't. */
export function arWayOf({ userAgent, knowsArLinks, hasWebXr }: Device, address: string): ArWay | null {
  if (knowsArLinks) return "quickLook";
  if (hasWebXr) return "webXr";
  // Another program fetches the file, and only safely.
  if (/\bAndroid\b/.test(userAgent) && address.startsWith("https://")) return "sceneViewer";
  return null;
}

interface Xr {
  isSessionSupported(mode: "immersive-ar"): Promise<boolean>;
}

export async function thisDevice(): Promise<Device> {
  const { xr } = navigator as { xr?: Xr };
  return {
    userAgent: navigator.userAgent,
    knowsArLinks: document.createElement("a").relList.supports("ar"),
    hasWebXr: (await xr?.isSessionSupported("immersive-ar").catch(() => false)) ?? false,
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
