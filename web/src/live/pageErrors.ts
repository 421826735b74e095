import type { Api } from "../api/client";
import { ApiProblem } from "../api/problem";

const MOST = 5;

/**
 * Tells the studio of mistakes that this page makes, so that somebody can mend them. What the API answers is
 * no mistake of the page's. A page that goes on failing tells it a few times only.
 */
export function watchErrors(api: Api, isSignedIn: () => boolean): (error: unknown) => void {
  let told = 0;
  const tell = (error: unknown) => {
    if (error instanceof ApiProblem || !isSignedIn() || told >= MOST) return;
    told += 1;
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    const body = {
      message: message.slice(0, 1000),
      stack: (stack ?? "").slice(0, 8000),
      path: location.pathname.slice(0, 500),
    };
    api.POST("/v1/page-errors", { body }).catch(() => undefined);
  };
  window.addEventListener("error", (event) => tell(event.error ?? event.message));
  window.addEventListener("unhandledrejection", (event) => tell(event.reason));
  return tell;
}
