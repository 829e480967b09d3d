/** The byte-level alphabet and the pre-tokenisation of GPT-2. Source: https://github.com/openai/gpt-2, encoder.py */

/** Splits a text into words with their leading space, digits, punctuation and white-space. Loses nothing. */
const PIECES = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

export function pretokenize(text: string): string[] {
  return text.match(PIECES) ?? [];
}

/** The printable character that stands for each byte, index = byte. */
export const BYTE_CHARS: readonly string[] = byteChars();

function byteChars(): string[] {
  const printable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256; // bytes without a printable form of their own take the code points from 256 on
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++));
}

/** Bytes in the order of their characters: the order in which Hugging Face numbers the alphabet. */
export const ALPHABET: readonly number[] = Array.from({ length: 256 }, (_, byte) => byte).sort((a, b) =>
  BYTE_CHARS[a]! < BYTE_CHARS[b]! ? -1 : 1,
);
