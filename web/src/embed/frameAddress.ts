/** The address of the frame that shows a tour, from what a page's author has written. */

export interface Written {
  /** A tour's page, its embed, or the folder of an exported tour on any host. */
  readonly src: string | null;
  /** Or the tour's id, and the studio that has it. */
  readonly tour: string | null;
  readonly studio: string | null;
  readonly mode: string | null;
  readonly level: string | null;
}

export interface Around {
  /** What relative addresses are relative to. */
  readonly base: string;
  /** The origin of the page: the only one that the frame will talk with. */
  readonly host: string;
  /** The frame shows its poster, and waits until it is asked to go on. */
  readonly isWaiting: boolean;
}

/** Null where nothing is named, or something that is no address of the web. */
export function frameAddress(written: Written, around: Around): URL | null {
  const address = named(written, around.base);
  // A frame would run what a "javascript:" address says as this page.
  if (address === null || !/^https?:$/.test(address.protocol)) return null;
  address.pathname = address.pathname.replace(/^\/t\//, "/embed/");
  const query = address.searchParams;
  if (written.mode) query.set("mode", written.mode);
  if (written.level) query.set("level", written.level);
  if (around.isWaiting) query.set("start", "asked");
  // A page without an origin (a file, a sandbox) can't be named; the frame tells it nothing either.
  if (around.host !== "null") query.set("host", around.host);
  return address;
}

function named({ src, tour, studio }: Written, base: string): URL | null {
  try {
    if (src) return new URL(src, base);
    if (tour && studio) return new URL(`/embed/${encodeURIComponent(tour)}`, new URL(studio, base));
  } catch {
    // said below
  }
  return null;
}
