import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { JobDetails } from "../src/api/client";
import { isNewer } from "../src/live/jobs";
import { LiveSocket, retryDelay } from "../src/live/socket";
import { embedCode } from "../src/studio/embed";

class FakeSocket extends EventTarget {
  static made: FakeSocket[] = [];
  readonly sent: string[] = [];
  readonly url: string;
  constructor(url: string) {
    super();
    this.url = url;
    FakeSocket.made.push(this);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.dispatchEvent(new Event("close"));
  }
  open(): void {
    this.dispatchEvent(new Event("open"));
  }
  tell(message: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) }));
  }
}

const newest = (): FakeSocket => {
  const socket = FakeSocket.made.at(-1);
  if (!socket) throw new Error("no socket was made");
  return socket;
};

function listening() {
  const heard: unknown[] = [];
  const events: string[] = [];
  const listener = {
    hear: (message: unknown) => heard.push(message),
    opened: () => events.push("opened"),
    lost: () => events.push("lost"),
  };
  const askTicket = vi.fn(async () => ({ ticket: "a/b", url: "ws://studio/live" }));
  return { heard, events, askTicket, socket: new LiveSocket(askTicket, listener) };
}

beforeEach(() => {
  FakeSocket.made = [];
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("window", Object.assign(new EventTarget(), { setTimeout, clearTimeout }));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the socket", () => {
  it("opens with a ticket and hears what it is told, but no pongs", async () => {
    const { heard, events, socket } = listening();
    socket.open();
    await vi.advanceTimersByTimeAsync(0);
    expect(newest().url).toBe("ws://studio/live?ticket=a%2Fb");
    newest().open();
    newest().tell({ type: "pong" });
    newest().tell({ type: "job" });
    expect(heard).toEqual([{ type: "job" }]);
    expect(events).toEqual(["opened"]);
    socket.close();
  });

  it("says when it is lost, and opens again with a new ticket, later each time", async () => {
    const { events, askTicket, socket } = listening();
    socket.open();
    await vi.advanceTimersByTimeAsync(0);
    newest().open();
    newest().close();
    expect(events).toEqual(["opened", "lost"]);
    askTicket.mockRejectedValueOnce(new Error("no answer"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(askTicket).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(2000);
    expect(FakeSocket.made).toHaveLength(2);
    newest().open();
    expect(events).toEqual(["opened", "lost", "opened"]);
    socket.close();
  });

  it("notices a connection that is dead without a word", async () => {
    const { events, socket } = listening();
    socket.open();
    await vi.advanceTimersByTimeAsync(0);
    newest().open();
    newest().tell({ type: "pong" });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(newest().sent).toHaveLength(2);
    expect(events).toEqual(["opened"]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(events).toEqual(["opened", "lost"]);
    socket.close();
  });

  it("does not come back once it is closed", async () => {
    const { events, askTicket, socket } = listening();
    socket.open();
    await vi.advanceTimersByTimeAsync(0);
    newest().open();
    socket.close();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(askTicket).toHaveBeenCalledTimes(1);
    expect(events).toEqual(["opened"]);
  });

  it("waits half a second to half a minute between tries", () => {
    expect(retryDelay(0, () => 0)).toBe(500);
    expect(retryDelay(3, () => 1)).toBe(8000);
    expect(retryDelay(30, () => 1)).toBe(30_000);
  });
});

describe("news that overtook each other", () => {
  const job = (changes: Partial<JobDetails>) =>
    ({ attempt: 1, status: "running", percent: 40, ...changes }) as JobDetails;

  it.each([
    [job({ attempt: 2, percent: 0 }), job({}), true],
    [job({ status: "failed" }), job({ percent: 90 }), true],
    [job({ percent: 41 }), job({}), true],
    [job({}), job({}), false],
    [job({}), job({ status: "cancelled" }), false],
    [job({ status: "failed" }), job({ attempt: 2, percent: 0 }), false],
  ])("keeps what is newer (%#)", (known, told, kept) => {
    expect(isNewer(known, told)).toBe(kept);
  });
});

it("writes an embed code that no name breaks", () => {
  const code = embedCode("https://studio.test/t/t1", { tour_id: "t1", name: 'A "<b>" & b' });
  expect(code).toContain('src="https://studio.test/embed/t1"');
  expect(code).toContain('title="A &quot;&lt;b>&quot; &amp; b"');
});
