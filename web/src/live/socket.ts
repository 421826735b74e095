/** The studio's WebSocket: opened with a ticket, kept alive, opened again when it drops. */

export interface Ticket {
  readonly ticket: string;
  readonly url: string;
}

export interface Listener {
  /** A message of the studio, whatever it is. */
  hear(message: unknown): void;
  opened(): void;
  /** It was open, and is not any more; it is being tried again. */
  lost(): void;
}

const PING_MS = 30_000; // API Gateway drops what is silent for ten minutes
const PATIENCE_MS = 10_000;
const FIRST_RETRY_MS = 1000;
const MOST_RETRY_MS = 30_000;

/** How long to wait after so many failures in a row: twice as long each time, never all pages at once. */
export function retryDelay(failures: number, random: () => number = Math.random): number {
  const longest = Math.min(MOST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
  return longest * (0.5 + 0.5 * random());
}

export class LiveSocket {
  readonly #askTicket: () => Promise<Ticket>;
  readonly #listener: Listener;
  #socket: WebSocket | null = null;
  #isOpen = false;
  #isClosed = false;
  #failures = 0;
  #retry: number | undefined;
  #ping: number | undefined;
  #deadline: number | undefined;

  constructor(askTicket: () => Promise<Ticket>, listener: Listener) {
    this.#askTicket = askTicket;
    this.#listener = listener;
  }

  open(): void {
    window.addEventListener("online", this.#now);
    void this.#connect();
  }

  close(): void {
    this.#isClosed = true;
    window.removeEventListener("online", this.#now);
    window.clearTimeout(this.#retry);
    this.#drop();
  }

  async #connect(): Promise<void> {
    try {
      const { ticket, url } = await this.#askTicket();
      if (this.#isClosed) return;
      const socket = new WebSocket(`${url}?ticket=${encodeURIComponent(ticket)}`);
      this.#socket = socket;
      socket.addEventListener("open", () => this.#begin(socket));
      socket.addEventListener("message", ({ data }) => this.#take(data));
      socket.addEventListener("close", () => this.#lose(socket));
    } catch {
      this.#again(); // no ticket to be had: the page's own requests say why
    }
  }

  #begin(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#isOpen = true;
    this.#check();
    this.#listener.opened();
  }

  #take(data: unknown): void {
    const message: unknown = JSON.parse(String(data));
    window.clearTimeout(this.#deadline);
    this.#failures = 0;
    if (!isPong(message)) this.#listener.hear(message);
  }

  /** Asks whether anybody is there; a connection may be dead without a word. */
  #check(): void {
    this.#socket?.send(JSON.stringify({ action: "ping" }));
    window.clearTimeout(this.#deadline);
    this.#deadline = window.setTimeout(() => this.#lose(this.#socket), PATIENCE_MS);
    this.#ping = window.setTimeout(() => this.#check(), PING_MS);
  }

  #lose(socket: WebSocket | null): void {
    if (socket === null || socket !== this.#socket) return;
    const wasOpen = this.#isOpen;
    this.#drop();
    if (this.#isClosed) return;
    if (wasOpen) this.#listener.lost();
    this.#again();
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#isOpen = false;
    window.clearTimeout(this.#ping);
    window.clearTimeout(this.#deadline);
    socket?.close();
  }

  #again(): void {
    if (this.#isClosed) return;
    this.#retry = window.setTimeout(() => void this.#connect(), retryDelay(this.#failures));
    this.#failures += 1;
  }

  readonly #now = (): void => {
    if (this.#socket !== null || this.#isClosed) return;
    window.clearTimeout(this.#retry);
    void this.#connect();
  };
}

function isPong(message: unknown): boolean {
  return typeof message === "object" && message !== null && "type" in message && message.type === "pong";
}
