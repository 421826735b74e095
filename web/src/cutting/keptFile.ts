/** Files that this browser keeps for the next time, each under a name that stands for its content. */
export async function keptFile(room: string, name: string, url: string): Promise<Uint8Array> {
  const cache = await openCache(room);
  const address = `/kept/${encodeURIComponent(name)}`;
  const kept = await cache?.match(address);
  if (kept) return new Uint8Array(await kept.arrayBuffer());
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  const content = new Uint8Array(await answer.arrayBuffer());
  // Where there is no room for it, it is fetched again the next time.
  await cache?.put(address, new Response(content)).catch(() => undefined);
  return content;
}

/** Pages that came without TLS, and some private windows, have none. */
async function openCache(room: string): Promise<Cache | null> {
  if (!("caches" in globalThis)) return null;
  return caches.open(`diorama-${room}`).catch(() => null);
}
