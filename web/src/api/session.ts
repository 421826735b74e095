import { problemOf, unreachable } from "./problem";
import type { components } from "./schema";

type Tokens = components["schemas"]["TokenAnswer"];

const REFRESH_TOKEN = "diorama.refresh_token";
const ACCESS_TOKEN = "diorama.access_token";
const REFRESHED_BEFORE_END_MS = 60_000;

interface AccessToken {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

/**
 * Who is signed in. The access token is this tab's, over reloads too; the refresh token is the browser's. It
 * works once only, so all tabs take turns (Web Locks) and read the newest.
 */
export class Session {
  #access: AccessToken | null = JSON.parse(sessionStorage.getItem(ACCESS_TOKEN) ?? "null");
  readonly #listeners = new Set<() => void>();

  constructor() {
    window.addEventListener("storage", (event) => {
      if (event.key !== REFRESH_TOKEN) return;
      if (event.newValue === null) this.#hold(null);
      this.#tell();
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly isSignedIn = (): boolean => localStorage.getItem(REFRESH_TOKEN) !== null;

  begin(tokens: Tokens): void {
    this.#keep(tokens);
    this.#tell();
  }

  end(): void {
    this.#hold(null);
    localStorage.removeItem(REFRESH_TOKEN);
    this.#tell();
  }

  /** A token that is good for a while yet. Throws `ApiProblem`; ends the session where it is over. */
  async accessToken(): Promise<string | null> {
    if (this.#isFresh()) return this.#access?.token ?? null;
    return navigator.locks.request(REFRESH_TOKEN, () =>
      this.#isFresh() ? (this.#access?.token ?? null) : this.#refresh(),
    );
  }

  /** The token was refused though it should have been good: forgets it, so that the next is a new one. */
  distrust(token: string): void {
    if (this.#access?.token === token) this.#hold(null);
  }

  /**
   * Signs in with a refresh token that came in the address, `#demo=...`: how the command line opens the
   * studio on the machine it runs on. Elsewhere it is not believed: it could be somebody else's session.
   */
  async takeFromAddress(location: Location): Promise<void> {
    const token = new URLSearchParams(location.hash.slice(1)).get("demo");
    if (!token) return;
    history.replaceState(null, "", location.pathname + location.search);
    if (!["127.0.0.1", "localhost"].includes(location.hostname) || this.isSignedIn()) return;
    localStorage.setItem(REFRESH_TOKEN, token);
    await this.accessToken().catch(() => this.end());
  }

  #isFresh(): boolean {
    return this.#access !== null && this.#access.endsAt - Date.now() > REFRESHED_BEFORE_END_MS;
  }

  async #refresh(): Promise<string | null> {
    const refresh_token = localStorage.getItem(REFRESH_TOKEN);
    if (refresh_token === null) return null;
    const answer = await fetch("/v1/auth/refresh", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ refresh_token }),
    }).catch(() => {
      throw unreachable();
    });
    if (answer.ok) return this.#keep((await answer.json()) as Tokens);
    if (answer.status === 401) this.end();
    throw problemOf(answer.status, await answer.json().catch(() => null));
  }

  #keep(tokens: Tokens): string {
    this.#hold({ token: tokens.access_token, endsAt: Date.now() + tokens.expires_in_s * 1000 });
    localStorage.setItem(REFRESH_TOKEN, tokens.refresh_token);
    return tokens.access_token;
  }

  #hold(access: AccessToken | null): void {
    this.#access = access;
    if (access === null) sessionStorage.removeItem(ACCESS_TOKEN);
    else sessionStorage.setItem(ACCESS_TOKEN, JSON.stringify(access));
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
