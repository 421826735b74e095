import { type Api, read, type UploadView } from "../api/client";
import { ApiProblem, asProblem } from "../api/problem";
import { strings } from "../strings";
import type { Digests } from "./digests";
import { hasArrived, type Part, partsOf } from "./parts";

const AT_ONCE = 5;
const TRIES = 8;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

export interface Sending {
  readonly api: Api;
  readonly digests: Digests;
  readonly signal: AbortSignal;
  /** Told how many bytes are there, as they move. */
  readonly sent: (bytes: number) => void;
}

/** Sends the parts that are not there yet, several at once. Throws `ApiProblem`, or the signal's reason. */
export async function sendMissing(content: Blob, upload: UploadView, sending: Sending): Promise<void> {
  const waiting = partsOf(upload.size, upload.part_size);
  const moved = new Map<number, number>();
  const count = (part: Part, bytes: number) => {
    moved.set(part.number, bytes);
    sending.sent([...moved.values()].reduce((sum, one) => sum + one, 0));
  };
  const line = async () => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      await sendPart(content, part, upload, sending, count);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, line));
}

async function sendPart(
  content: Blob,
  part: Part,
  upload: UploadView,
  sending: Sending,
  count: (part: Part, bytes: number) => void,
): Promise<void> {
  const bytes = content.slice(part.start, part.end);
  const sha256 = await sending.digests.of(bytes).catch(() => {
    throw new ApiProblem(-1, "file_changed", strings.upload.fileChanged, strings.upload.fileChangedAdvice);
  });
  if (!hasArrived(part, sha256, upload.arrived ?? [])) {
    await patiently(sending.signal, async () => {
      // Asked for just before use: a link is good for a quarter of an hour only.
      const body = { parts: [{ number: part.number, sha256 }] };
      const params = { path: { upload_id: upload.upload_id } };
      const links = await read(
        sending.api.POST("/v1/uploads/{upload_id}/parts", { params, body, signal: sending.signal }),
      );
      const [link] = links.parts;
      if (link === undefined) throw new ApiProblem(502, "no_link", strings.problems.unknown(502), "");
      await put(link.url, link.headers, bytes, sending.signal, (sent) => count(part, sent));
    });
  }
  count(part, bytes.size);
}

/** Tries again what may pass: the network is away, the studio starts anew, a link has expired. */
export async function patiently<Value>(signal: AbortSignal, act: () => Promise<Value>): Promise<Value> {
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    try {
      return await act();
    } catch (error) {
      signal.throwIfAborted();
      const problem = asProblem(error);
      if (!problem.isPassing || tries >= TRIES) throw problem;
    }
    await wait(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tries - 1)), signal);
  }
}

function wait(duration_ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, duration_ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

/** PUTs a part. By XMLHttpRequest, since fetch does not tell how far an upload is. */
function put(
  url: string,
  headers: Record<string, string>,
  bytes: Blob,
  signal: AbortSignal,
  sent: (bytes: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    const settle = (act: () => void) => () => {
      signal.removeEventListener("abort", abort);
      act();
    };
    signal.addEventListener("abort", abort);
    request.open("PUT", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => sent(event.loaded);
    request.onload = settle(() => (isSuccess(request.status) ? resolve() : reject(notTaken(request.status))));
    request.onerror = settle(() => reject(notTaken(0)));
    request.onabort = settle(() => reject(signal.reason));
    request.send(bytes);
  });
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Any refusal of a part may pass with the next link; 0 stands for no answer. */
function notTaken(status: number): ApiProblem {
  return new ApiProblem(
    status === 0 ? 0 : 503,
    "part_not_taken",
    strings.upload.partNotTaken,
    strings.upload.tryAgain,
  );
}
