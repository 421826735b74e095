import { useEffect, useState } from "react";
import type { Desk } from "../../cutting/desks";
import type { Photo } from "../../cutting/photo";
import type { Confirmed } from "../../cutting/sent";
import { useCutting } from "../studio";

interface Opened {
  readonly id: string;
  readonly desk: Desk | null;
  readonly error: unknown;
}

/**
 * The desk of a draft or session, while it is shown. `load` is called where it is not open yet; while it is null,
 * nothing is opened. `again` opens it anew.
 */
export function useDesk(
  id: string,
  load: (() => Promise<Photo>) | null,
  confirmed?: () => Promise<Confirmed>,
) {
  const { desks } = useCutting();
  const [opened, setOpened] = useState<Opened | null>(null);
  const [tries, setTries] = useState(0);
  const canLoad = load !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: which way it is loaded matters only when it is opened
  useEffect(() => {
    if (load === null) return;
    let isShown = true;
    desks.open(id, load, confirmed).then(
      (desk) => isShown && setOpened({ id, desk, error: null }),
      (error: unknown) => isShown && setOpened({ id, desk: null, error }),
    );
    return () => {
      isShown = false;
      desks.leave(id);
    };
  }, [desks, id, canLoad, tries]);
  const again = () => setTries((count) => count + 1);
  // A draft's desk is its session's a moment later: it stays on the screen.
  return { desk: opened?.desk ?? null, error: opened?.error ?? null, again };
}
