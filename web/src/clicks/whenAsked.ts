import type { Network } from "./refined";

/** A network that is opened when it is first shown something. Where that fails another answers, and the next look tries again. */
export function whenAsked(open: () => Promise<Network>, otherwise: Network): Network {
  let opening: Promise<Network> | null = null;
  return async (look) => {
    opening ??= open().catch(() => {
      opening = null;
      return otherwise;
    });
    return (await opening)(look);
  };
}
