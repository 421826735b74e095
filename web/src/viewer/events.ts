import type { ModeName } from "./address";
import type { Hotspot } from "./hotspots";
import type { ProblemKind } from "./problem";
import type { View } from "./view";

/** What a viewer tells whoever listens. */
export type ViewerEvent =
  | {
      readonly type: "ready";
      readonly tourId: string;
      readonly name: string;
      readonly hasPath: boolean;
      readonly hotspots: readonly Pick<Hotspot, "id" | "title">[];
    }
  /** Another level of detail is on the canvas. */
  | { readonly type: "level"; readonly level: string; readonly splats: number }
  /** Somebody has come to rest somewhere else. */
  | { readonly type: "view"; readonly view: View; readonly mode: ModeName }
  | { readonly type: "hotspot"; readonly id: string; readonly title: string; readonly isOpen: boolean }
  | { readonly type: "problem"; readonly kind: ProblemKind };

export type Listener = (event: ViewerEvent) => void;
