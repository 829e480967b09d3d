import type { OutFile } from "../protocol.ts";

/** Hands a file to the browser's downloads. */
export function saveFile({ name, bytes }: OutFile): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

export function saveText(name: string, text: string): void {
  saveFile({ name, bytes: new TextEncoder().encode(text) });
}
