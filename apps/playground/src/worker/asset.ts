export function assetUrl(path: string): URL {
  return new URL(path, import.meta.url);
}

/** Bytes of an asset, cached by the service worker. */
export async function asset(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(assetUrl(path));
  if (!response.ok) throw new Error(`${path} could not be loaded: the server said ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Text of a gzip file, which the server may have unpacked. */
export async function unpackedText(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return new TextDecoder().decode(bytes);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

/** Fixture for the gradient check, in a folder beside the scripts. */
export const CHECKED_FOLDER = "gradient-fixture";
