import { type CapacityCalibration, type CapacityRuleName, capacityRules } from "@lorank/core/decide";
import { type JudgedCase, ranks } from "./capacity-case.ts";

const rules = Object.keys(capacityRules) as CapacityRuleName[];

/** Counts how often each rule, and each rank that is always taken, named the right rank. */
export function calibrationOf(cases: readonly JudgedCase[]): CapacityCalibration {
  const record = (namedIn: (one: JudgedCase) => number | null | undefined) => {
    const count = (holds: (named: number, one: JudgedCase) => boolean): number =>
      cases.filter((one) => holds(namedIn(one) ?? Number.POSITIVE_INFINITY, one)).length;
    return {
      planted: count((named, { planted }) => named === planted),
      nearPlanted: count((named, { planted }) => isNear(named, planted)),
      trained: count((named, { trained }) => named === trained),
      nearTrained: count((named, { trained }) => isNear(named, trained)),
      tooLarge: count((named, { trained }) => named > trained),
      tooSmall: count((named, { trained }) => named < trained),
    };
  };
  const byRule = rules.map((rule) => [rule, record((one) => adviceOf(one, rule))] as const);
  return {
    cases: cases.length,
    rules: Object.fromEntries(byRule) as CapacityCalibration["rules"],
    always: ranks.map((rank) => ({ rank, ...record(() => rank) })),
  };
}

function isNear(named: number, right: number): boolean {
  return named <= 2 * right && right <= 2 * named;
}

function adviceOf({ advice }: JudgedCase, rule: CapacityRuleName): number | null | undefined {
  return advice.find((one) => one.rule === rule)!.rank;
}

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
const header = (names: readonly string[]): string[] => [row(names), row(names.map(() => "---"))];

/** How often each rule was right, in Markdown. */
export function recordTable({ cases, rules: records, always }: CapacityCalibration): string {
  const named = [
    ...rules.map((rule) => ({ title: capacityRules[rule].statement, ...records[rule] })),
    ...always.map(({ rank, ...record }) => ({ title: `always rank ${rank}`, ...record })),
  ];
  return [
    ...header([
      `rule, ${cases} cases`,
      "the planted rank",
      "within a factor of two",
      "the trained rank",
      "within a factor of two",
      "larger than trained",
      "smaller than trained",
    ]),
    ...named.map(({ title, planted, nearPlanted, trained, nearTrained, tooLarge, tooSmall }) =>
      row([title, planted, nearPlanted, trained, nearTrained, tooLarge, tooSmall]),
    ),
  ].join("\n");
}

/** What the rules named and training needed, by the size of the data, in Markdown. */
export function sizesTable(cases: readonly JudgedCase[]): string {
  const planted = unique(cases.map((one) => one.planted));
  const sizes = unique(cases.map(({ targetsPerText }) => targetsPerText)).flatMap((targetsPerText) =>
    unique(cases.map(({ trainExamples }) => trainExamples)).map((trainExamples) => ({
      targetsPerText,
      trainExamples,
    })),
  );
  return [
    ...header([
      "texts",
      "targets a text",
      "bits of the base",
      ...rules.map((rule) => `\`${rule}\` names`),
      ...planted.map((rank) => `planted ${rank}: trained`),
    ]),
    ...sizes.map(({ targetsPerText, trainExamples }) => {
      const own = cases.filter(
        (one) => one.targetsPerText === targetsPerText && one.trainExamples === trainExamples,
      );
      return row([
        trainExamples.toLocaleString("en-US"),
        targetsPerText,
        listed(own.map(({ facts }) => Number(facts.baseBits!.toPrecision(2)))),
        ...rules.map((rule) => listed(own.map((one) => adviceOf(one, rule) ?? null))),
        ...planted.map((rank) =>
          listed(own.filter((one) => one.planted === rank).map(({ trained }) => trained)),
        ),
      ]);
    }),
  ].join("\n");
}

/** The values that occur, ascending; null is beyond the largest rank. */
function listed(values: readonly (number | null)[]): string {
  const numbers = unique(values.filter((value) => value !== null));
  const shown = numbers.length > 3 ? [`${show(numbers[0]!)} to ${show(numbers.at(-1)!)}`] : numbers.map(show);
  return [...shown, ...(values.includes(null) ? [`> ${ranks.at(-1)}`] : [])].join(", ");
}

const show = (value: number): string => value.toLocaleString("en-US");

function unique(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
