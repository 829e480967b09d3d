export function assetUrl(path: string): URL {
  return new URL(path, import.meta.url);
}

/** Fetches an asset, which the service worker caches. */
export async function asset(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(assetUrl(path));
  if (!response.ok) throw new Error(`${path} could not be loaded: the server said ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Unpacks a gzip file to text, unless the server has unpacked it. */
export async function unpackedText(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return new TextDecoder().decode(bytes);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

/** Gradient check fixture's folder, beside the scripts. */
export const CHECKED_FOLDER = "gradient-fixture";
