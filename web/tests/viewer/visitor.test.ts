import { afterEach, expect, it, vi } from "vitest";
import { countVisit } from "../../src/viewer/visitor";

const sent: { tour_id: string; session: string }[] = [];

function studioAnswers(answer: () => Promise<Response>): void {
  vi.stubGlobal("fetch", (_: string, asked: { body: string }) => {
    sent.push(JSON.parse(asked.body));
    return answer();
  });
}

function storage(): Pick<Storage, "getItem" | "setItem"> {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

afterEach(() => {
  sent.length = 0;
  vi.unstubAllGlobals();
});

it("tells the studio which tour it is, and the same session however often it is loaded", async () => {
  vi.stubGlobal("sessionStorage", storage());
  studioAnswers(async () => new Response(null, { status: 204 }));
  await countVisit("a");
  await countVisit("b");
  expect(sent.map(({ tour_id }) => tour_id)).toEqual(["a", "b"]);
  expect(sent[0]?.session).toMatch(/^[A-Za-z0-9_-]{16,64}$/);
  expect(sent[1]?.session).toBe(sent[0]?.session);
});

it("counts where a frame may store nothing", async () => {
  vi.stubGlobal("sessionStorage", {
    getItem: () => {
      throw new DOMException("no", "SecurityError");
    },
  });
  studioAnswers(async () => new Response(null, { status: 204 }));
  await countVisit("a");
  expect(sent).toHaveLength(1);
});

it("turns visitors away only where the plan has no more views", async () => {
  vi.stubGlobal("sessionStorage", storage());
  studioAnswers(async () => new Response("{}", { status: 429 }));
  await expect(countVisit("a")).rejects.toMatchObject({ kind: "viewsUsedUp" });
  for (const status of [404, 500, 503]) {
    studioAnswers(async () => new Response("{}", { status }));
    await countVisit("a");
  }
  studioAnswers(() => Promise.reject(new TypeError("offline")));
  await countVisit("a");
});
