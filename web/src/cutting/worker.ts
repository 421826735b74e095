/** Makes masks away from the page's thread: by the studio's own method at once, by a better model when it is there. */
import type { Segmenter } from "../clicks/segmenter";
import { scaledTo } from "./mask";
import type { Reply, Request } from "./segmentation";

/** The method that needs no server, and what has taken over from it. */
let own: Promise<Segmenter> | null = null;
let better: Segmenter | null = null;

self.onmessage = async (event: MessageEvent<{ id: number; request: Request }>) => {
  const { id, request } = event.data;
  try {
    const reply = await answer(id, request);
    const filled = "answer" in reply ? [reply.answer.mask.probability.buffer as ArrayBuffer] : [];
    self.postMessage(reply, { transfer: filled });
  } catch (error) {
    self.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
};

async function answer(id: number, request: Request): Promise<Reply> {
  if (request.kind === "open") {
    better = null;
    own = import("../clicks/diorama").then(({ openSegmenter }) => openSegmenter(request.photo));
    return { id, model: (await own).model };
  }
  if (request.kind === "settle") {
    if (own === null) throw new Error("no photo was opened");
    await (await own).settled;
    return { id, model: (better ?? (await own)).model };
  }
  if (request.kind === "embed") {
    const { openSam } = await import("./samSegmenter");
    better = await openSam(request.embedding);
    return { id, model: better.model };
  }
  return { id, answer: await segmented(request) };
}

async function segmented({ gestures, size }: Extract<Request, { kind: "segment" }>) {
  const began = performance.now();
  const segmenter = better ?? (await own);
  if (segmenter === null) throw new Error("no photo was opened");
  const { model } = segmenter;
  const made = await segmenter.segment(gestures);
  return { mask: scaledTo(made, size), model, took_ms: performance.now() - began };
}
