import type { CommandSettings } from "../../src/prepare/prepare-command.ts";
import { outcomes, type StandIn, shellSweep } from "./stand-in-sweep.ts";

/** Ranks 1, 4 and 16 under three seeds; rank 16 fails until there is a file `mended` in the trainer's folder. */
export function broken(changes: Partial<CommandSettings> = {}): StandIn {
  const script = `if [ $LORANK_RANK = 16 ] && [ ! -e mended ]; then echo "KeyError: lm_head"; exit 1; fi; ${outcomes}`;
  return shellSweep(script, { ranks: [1, 4, 16], seeds: [1, 2, 3], ...changes });
}
