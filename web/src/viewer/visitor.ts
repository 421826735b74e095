/** Tells the studio that somebody has opened a published tour. It learns no more than a number made up here. */
import { randomName } from "../randomName";
import { ViewerProblem } from "./problem";

const KEY = "diorama.visit";

/**
 * Counts this visit, once however often the page is loaded in one tab.
 *
 * Throws `ViewerProblem` where the owner's plan has no more views; any other failure is no reason to turn anybody away.
 */
export async function countVisit(tourId: string): Promise<void> {
  const answer = await fetch("/v1/visits", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ tour_id: tourId, session: sessionName() }),
  }).catch(() => null);
  if (answer?.status === 429) throw new ViewerProblem("viewsUsedUp");
}

/** The same until the tab is closed; in frames that may store nothing, until the page is. */
function sessionName(): string {
  const fresh = randomName();
  try {
    const kept = sessionStorage.getItem(KEY) ?? fresh;
    sessionStorage.setItem(KEY, kept);
    return kept;
  } catch {
    return fresh;
  }
}
