import type { OpenDevice } from "@lorank/graph/devices";
import type { StartExecutor } from "@lorank/sweep/executor";
import type { SettingsOf } from "../settings/table.ts";

type Settings = SettingsOf<"sweep">;

/** Device of the trials: chosen and tested, or the one that will be. */
export interface TrialDevice {
  readonly chose: OpenDevice["chose"] | undefined;
  readonly why: string;
}

/** An executor: the place where the processes of a sweep run. Its flags and its words stand in `settings/executors.ts`. */
export interface ExecutorRow {
  /** Flags of other executors that it refuses, and words on what to use. */
  readonly refuses?: { readonly keys: readonly (keyof Settings)[]; readonly instead: string };
  /** Undefined: as the run options have it. `say` gets the executor's messages. */
  start(settings: Settings, say: (message: string) => void): Promise<StartExecutor | undefined>;
  /** Trials side by side, of so many; undefined: as the run options have it. */
  sideBySide(settings: Settings, trials: number): number | undefined;
  /** Device of its processes, where this machine's devices say nothing about it. */
  device?(name: NonNullable<Settings["device"]>): TrialDevice;
  /** Text for a scheduler, which a dry run shows. */
  preview?(settings: Settings, run: PreviewedRun): Promise<Preview>;
  /** Remarks of `--print-config`. */
  remarks?(): readonly string[];
}

export interface PreviewedRun {
  readonly out: string;
  readonly trials: number;
  readonly threads?: number | undefined;
}

/** A command and its script, as a dry run shows them. */
export interface Preview {
  readonly command: string;
  readonly script: string;
}
