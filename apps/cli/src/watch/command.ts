import { sweepStatus } from "@lorank/sweep";
import { defaults } from "../defaults.ts";
import { exitCode } from "../exit-codes.ts";
import { type CommandFlags, createOutput } from "../output.ts";
import { readFlags } from "../settings/read.ts";
import { plainText } from "../text.ts";
import { watchSweep } from "./watch-sweep.ts";

/** Runs `lorank watch` until Ctrl-C, and returns what to exit with. */
export async function runWatchCommand(out: string = defaults.out, flags: CommandFlags = {}): Promise<number> {
  const output = createOutput(flags);
  const settings = readFlags("watch", flags);
  sweepStatus(out); // what is no sweep is refused
  const interrupted = new Promise((resolve) => process.once("SIGINT", resolve));
  const server = await watchSweep(out, settings, (words) => output.fail(plainText(words)));
  output.document({ out, address: server.address });
  output.print(server.address);
  output.note(
    "Whoever has this address and is on this machine can see the sweep and stop its ranks. Ctrl-C ends it.",
  );
  await interrupted;
  await server.close();
  return exitCode.done;
}
