// Evaluates an adapter of train.mjs, or a cut of one: node evaluate.mjs --adapter FOLDER --split test --out FOLDER
import { mkdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { outcomesOf, readAdapter, writeOutcomes } from "./task.mjs";

const { adapter, split, out } = parseArgs({
  options: {
    adapter: { type: "string" },
    split: { type: "string", default: "validation" },
    out: { type: "string" },
  },
}).values;
mkdirSync(out, { recursive: true });
writeOutcomes(out, outcomesOf(readAdapter(adapter), split));
