/** A file that lies beside the scripts of this page. */
export function assetUrl(path: string): URL {
  return new URL(path, import.meta.url);
}

/** Its bytes. The service worker has it after the first visit. */
export async function asset(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(assetUrl(path));
  if (!response.ok) throw new Error(`${path} could not be loaded: the server said ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** The text of a gzip file; of one that the server has unpacked already, too. */
export async function unpackedText(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return new TextDecoder().decode(bytes);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

/** The fixture that the page checks its gradients against: a folder beside its scripts. */
export const CHECKED_FOLDER = "gradient-fixture";
