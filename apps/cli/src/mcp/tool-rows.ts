import type { Documents } from "../documents.ts";
import type { Output, RawFlags } from "../output.ts";
import type { CommandName } from "../settings/setting.ts";

type Names = readonly (readonly string[])[];

/** A command that is a tool. */
interface ToolRow {
  readonly command: CommandName & keyof Documents;
  /** Flags that write, train, wait, or change the document. */
  readonly without: readonly string[];
  /** It may fetch files of a model on the hub. */
  readonly fetches: boolean;
  /** Settings that the files have which arguments name. They are refused as arguments are. */
  readonly inFiles?: (names: Names, flags: RawFlags) => Promise<Readonly<Record<string, unknown>>>;
  readonly run: (names: Names, flags: RawFlags, output: Output) => Promise<number>;
}

/** The tools of `lorank mcp`, in the order in which a client lists them. */
export const toolRows: readonly ToolRow[] = [
  {
    command: "memory",
    without: ["svg", "all"],
    fetches: true,
    inFiles: async ([models = []], { config, list }) => {
      if (list === true) return {};
      const { whatIsNamed } = await import("../memory/model-config.ts");
      return { models: whatIsNamed(models, config as string | undefined).map(({ model }) => model) };
    },
    run: async ([models = []], flags, output) =>
      (await import("../memory/memory-command.ts")).runMemoryCommand(models, flags, output),
  },
  {
    command: "plan",
    without: ["all", "measure", "print-config"],
    fetches: true,
    inFiles: async ([file], flags) => {
      const { settings } = (await import("../plan/design.ts")).readPlanRequest(file?.[0], flags);
      return settings as Readonly<Record<string, unknown>>;
    },
    run: async ([file], flags, output) =>
      (await import("../plan/plan-command.ts")).runPlanCommand(file?.[0], flags, output),
  },
  {
    command: "verdict",
    without: ["all", "require-conclusive"],
    fetches: false,
    run: async ([results = []], flags, output) =>
      (await import("../results/verdict-command.ts")).runVerdictCommand(results, flags, output),
  },
  {
    command: "config",
    without: [],
    fetches: true,
    run: async ([name], flags, output) =>
      (await import("../config/tool-config.ts")).runConfigCommand(name![0]!, flags, output),
  },
  {
    command: "status",
    without: ["follow"],
    fetches: false,
    run: async ([out], flags, output) =>
      (await import("../status/status-command.ts")).runStatusCommand(out![0]!, flags, output),
  },
];
