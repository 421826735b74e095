/** Where a tour's files come from: for its owner by the API, for everybody from what is published. */
import type { Session } from "../api/session";
import { ViewerProblem } from "./problem";

export interface TourFiles {
  readonly tourId: string;
  readonly name: string;
  /** An address for the page to load a picture from. */
  url(path: string): string;
  /** The answer, which is a success. Throws `ViewerProblem`. */
  fetch(path: string, signal?: AbortSignal): Promise<Response>;
}

interface ViewAnswer {
  readonly tour_id: string;
  readonly name: string;
  /** Ends with "/", and holds a token that works for a while. */
  readonly files_url: string;
}

/** What is said of a tour beside its files, or in the page that holds them. */
export interface PublishedTour {
  readonly schema: number;
  readonly tour_id: string;
  readonly name: string;
  readonly files: string;
}

const TOUR_SCHEMA = 1;

/** The newest version of one's own tour. Throws `ViewerProblem`. */
export async function openOwn(tourId: string, session: Session): Promise<TourFiles> {
  let view = await askView(tourId, session);
  return {
    tourId,
    name: view.name,
    url: (path) => view.files_url + path,
    async fetch(path, signal) {
      const first = await reach(view.files_url + path, signal);
      if (!isRefused(first)) return checked(first, "mistake");
      view = await askView(tourId, session);
      return checked(await reach(view.files_url + path, signal), "expired");
    },
  };
}

async function askView(tourId: string, session: Session): Promise<ViewAnswer> {
  const address = `/v1/tours/${encodeURIComponent(tourId)}/view`;
  let answer = await withBearer(address, session);
  if (answer.status === 401) answer = await withBearer(address, session); // with a new token
  if (answer.status === 404) throw new ViewerProblem("unknownTour");
  if (answer.status === 409) throw new ViewerProblem("notReady");
  if (isRefused(answer)) throw new ViewerProblem("signedOut");
  return (await checked(answer, "mistake")).json();
}

async function withBearer(address: string, session: Session): Promise<Response> {
  const token = await session.accessToken().catch((error: unknown) => {
    throw new ViewerProblem(session.isSignedIn() && error ? "unreachable" : "signedOut");
  });
  if (token === null) throw new ViewerProblem("signedOut");
  const answer = await reach(address, undefined, { Authorization: `Bearer ${token}` });
  if (answer.status === 401) session.distrust(token);
  return answer;
}

/** What everybody may see of a tour. Throws `ViewerProblem`. */
export async function openPublished(tourId: string): Promise<TourFiles> {
  const home = `/published/${encodeURIComponent(tourId)}/`;
  const answer = await reach(`${home}tour.json`);
  // A store that does not tell what it lacks answers 403.
  if (answer.status === 404 || answer.status === 403) throw new ViewerProblem("notPublished");
  const tour: PublishedTour = await (await checked(answer, "mistake")).json();
  return filesIn(tour, home + tour.files);
}

/** Files that anybody may read, below an address that ends with "/". Throws `ViewerProblem`. */
export function filesIn(tour: PublishedTour, folder: string): TourFiles {
  if (tour.schema !== TOUR_SCHEMA) throw new ViewerProblem("tooNew");
  return {
    tourId: tour.tour_id,
    name: tour.name,
    url: (path) => folder + path,
    fetch: async (path, signal) => checked(await reach(folder + path, signal), "expired"),
  };
}

const isRefused = (answer: Response): boolean => answer.status === 401 || answer.status === 403;

function checked(answer: Response, otherwise: "mistake" | "expired"): Response {
  if (answer.ok) return answer;
  if (answer.status >= 500 || answer.status === 429) throw new ViewerProblem("unreachable");
  throw new ViewerProblem(isRefused(answer) || answer.status === 404 ? otherwise : "mistake");
}

async function reach(
  address: string,
  signal?: AbortSignal,
  headers: Record<string, string> = {},
): Promise<Response> {
  try {
    return await fetch(address, { headers, ...(signal ? { signal } : {}) });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ViewerProblem("unreachable");
  }
}
