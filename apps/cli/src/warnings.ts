import type { ConsumerWarning } from "@lorank/checkpoint";
import type { Output } from "./output.ts";
import { wrap } from "./text.ts";

/** One line a warning: who reads the adapter, and what goes wrong. */
export function printWarnings(warnings: readonly ConsumerWarning[], output: Output): void {
  if (warnings.length === 0) return;
  output.print("What cannot read this adapter as it is:");
  const width = Math.max(...warnings.map(({ consumer }) => consumer.length));
  for (const { consumer, problem } of warnings) {
    const text = wrap(problem, Math.max(30, output.columns - width - 4));
    output.print(`  ${consumer.padEnd(width)}  ${text.replaceAll("\n", `\n${" ".repeat(width + 4)}`)}`);
  }
}
