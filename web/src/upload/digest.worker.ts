/** SHA-256 away from the page's thread: reading and digesting 64 MB takes a moment. */
self.onmessage = async (event: MessageEvent<{ id: number; part: Blob }>) => {
  const { id, part } = event.data;
  try {
    const digest = await crypto.subtle.digest("SHA-256", await part.arrayBuffer());
    self.postMessage({ id, sha256: btoa(String.fromCharCode(...new Uint8Array(digest))) });
  } catch (error) {
    self.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
};
