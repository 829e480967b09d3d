import { closeSync, readSync } from "node:fs";
import { openRegularFile } from "@lorank/checkpoint/disk";

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Reads a JSON object with one long list, as `canonicalJson` writes it, in pieces, unparsed. Each item's text goes to
 * `take`; returns the object's text with the list empty.
 */
export function readAroundList(path: string, member: string, take: (item: string) => void): string {
  const start = Buffer.from(`"${member}":[`);
  const [around, item] = [new Parts(), new Parts()];
  let [depth, isInList, isInString, isEscaped, items] = [0, false, false, false, 0];
  const endItem = (isLast: boolean): void => {
    const text = item.take();
    if (text !== "" || !isLast || items > 0) take(text);
    items++;
  };
  for (const piece of piecesOf(path)) {
    let from = 0;
    const upTo = (end: number): Buffer => {
      const part = piece.subarray(from, end);
      from = end;
      return part;
    };
    for (let i = 0; i < piece.length; i++) {
      const byte = piece[i]!;
      if (isInString) {
        isInString = isEscaped || byte !== quote;
        isEscaped = !isEscaped && byte === backslash;
      } else if (byte === quote) isInString = true;
      else if (byte === openBracket || byte === openBrace) {
        depth++;
        if (depth !== 2 || isInList) continue;
        around.add(upTo(i + 1));
        isInList = around.endsWith(start);
      } else if (byte === closeBracket || byte === closeBrace) {
        depth--;
        if (depth !== 1 || !isInList) continue;
        item.add(upTo(i));
        endItem(true);
        isInList = false;
      } else if (byte === comma && isInList && depth === 2) {
        item.add(upTo(i));
        endItem(false);
        from++;
      }
    }
    (isInList ? item : around).add(upTo(piece.length));
  }
  return around.take() + item.take();
}

class Parts {
  #parts: Buffer[] = [];

  add(bytes: Buffer): void {
    if (bytes.length > 0) this.#parts.push(Buffer.from(bytes));
  }

  endsWith(bytes: Buffer): boolean {
    this.#parts = [Buffer.concat(this.#parts)];
    return this.#parts[0]!.subarray(-bytes.length).equals(bytes);
  }

  take(): string {
    const text = Buffer.concat(this.#parts).toString("utf8");
    this.#parts = [];
    return text;
  }
}

function* piecesOf(path: string): Generator<Buffer> {
  const descriptor = openRegularFile(path);
  try {
    const room = Buffer.allocUnsafe(2 ** 16);
    for (;;) {
      const got = readSync(descriptor, room, 0, room.length, null);
      if (got === 0) return;
      yield room.subarray(0, got);
    }
  } finally {
    closeSync(descriptor);
  }
}
