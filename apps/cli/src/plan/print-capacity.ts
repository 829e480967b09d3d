import { capacityCalibration, capacityRules, type RankAdvice, type RuleRecord } from "@lorank/core/decide";
import type { Task } from "@lorank/core/results";
import type { Output } from "../output.ts";
import { type Column, renderTable } from "../table.ts";
import { wrap } from "../text.ts";
import type { CapacityPlan } from "./capacity.ts";
import { demandWords, namedWords, parametersWords, recordWords, toLearnWords } from "./capacity-words.ts";

/** The parameters of each rank beside what there is to learn, and what each rule advises. */
export function printCapacity(plan: CapacityPlan, task: Task, output: Output): void {
  const { facts, advice } = plan;
  const { print, colours } = output;
  const say = (text: string): void => print(wrap(text, Math.min(output.columns, 100)));
  const { rules } = capacityCalibration;
  const record = (title: string, part: keyof RuleRecord): Column<RankAdvice> => ({
    title,
    cell: ({ rule }) => String(rules[rule][part]),
  });
  print(colours.bold("What rules of others advise before any training"));
  say(`${toLearnWords(plan, task)} ${parametersWords(facts)}`);
  print();
  print(
    renderTable<RankAdvice>(
      [
        { title: "rule", align: "left", cell: ({ rule }) => capacityRules[rule].statement },
        { title: "source", align: "left", cell: ({ rule }) => capacityRules[rule].source.title },
        { title: "asks for", cell: ({ demand }) => demandWords(demand) },
        { title: "names", cell: ({ rank }) => namedWords(rank, facts) },
        record("right*", "planted"),
        record("within ×2*", "nearPlanted"),
        record("larger*", "tooLarge"),
        record("smaller*", "tooSmall"),
      ],
      advice,
      { title: colours.dim },
    ),
  );
  say(colours.dim(recordWords(capacityCalibration)));
  print();
}
