import { shellWord } from "./text.ts";

/** Command for a shell: `lorank sweep --out 'my folder'`. */
export function shellCommand(words: readonly string[]): string {
  return ["lorank", ...words].map(shellWord).join(" ");
}
