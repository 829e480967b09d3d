import type { TrainerInFile } from "../settings/object-kind.ts";
import { command } from "./command-sweep.ts";
import { engine } from "./engine-sweep.ts";
import type { Preparation } from "./ready-sweep.ts";

/** The one place that asks who trains a sweep with these settings: this engine, or a trainer's command. */
export function preparationOf({ trainer }: { readonly trainer?: TrainerInFile }): Preparation {
  return trainer === undefined ? engine : command(trainer);
}
