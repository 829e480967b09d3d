import { InputError } from "@lorank/core";

const units: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** `120MB`, `1.5 GiB` or `64000` in bytes. Throws InputError E_CONFIG that names the flag. */
export function readByteSize(text: string, flag: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/.exec(text.trim().toLowerCase()) ?? [];
  const factor = unit !== undefined && Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (amount !== undefined && factor !== undefined) {
    const bytes = Math.floor(Number(amount) * factor);
    if (bytes > 0) return bytes;
  }
  throw new InputError(
    "E_CONFIG",
    `${flag} must be a size such as 120MB, 1.5GiB or 64000, got ${JSON.stringify(text)}`,
  );
}
