import { metricNames } from "@lorank/evidence/names";
import { choice, text } from "./kinds.ts";
import { quantizations } from "./quantization.ts";

export const column = text("a column's name", "name");
export const file = text("a file", "file");
export const folder = text("a folder", "folder");
export const model = text("starter, a model folder, a .gguf file or a hub id", "model");
export const metric = choice(metricNames);
export const quantization = choice(["none", ...quantizations]);

export const adapterArgument = ["<adapter>", "a PEFT adapter: its folder or hub id"] as const;
export const sweepArgument = [
  "<out>",
  "the results folder of a sweep, which may run on another machine",
] as const;

export const resultsHelp =
  "a sweep's folder, its results.json, outcomes as .csv, .tsv, .txt or .jsonl, or - for standard input; files of " +
  "lm-evaluation-harness, Inspect, promptfoo or lighteval; or a pattern of runs such as 'runs/r{rank}-s{seed}'";
