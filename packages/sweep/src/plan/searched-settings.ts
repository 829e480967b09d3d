import { type SearchedName, type SearchSummary, searchedKeys } from "@lorank/evidence/schema";
import { alphaRule } from "@lorank/train/spec";
import type { SweepConfig } from "./sweep-config.ts";

/** Targets to try: their name, and the layers that it means in the model. */
export interface TargetChoice {
  readonly value: string;
  readonly targetModules: readonly string[];
}

/** Settings that are `auto`, which a search must find; a name that is absent is not searched. */
export type ToSearch = { readonly [Name in Exclude<SearchedName, "targets">]?: boolean } & {
  /** Targets to try, the default first. */
  readonly targets?: readonly TargetChoice[] | undefined;
};

type Found<Name extends SearchedName> = NonNullable<SearchSummary[Name]>;

/** Setting that a search can find: its place in a sweep's config, and the found value as it stands there. */
interface SearchedSetting<Name extends SearchedName> {
  readonly part: "optimizer" | "lora";
  readonly member: string;
  /** Rule for a value that is not searched, in errors. */
  readonly fixedRule: string;
  valueOf(found: Found<Name>): unknown;
}

const searchedSettings: { readonly [Name in SearchedName]: SearchedSetting<Name> } = {
  learningRate: {
    part: "optimizer",
    member: "learningRate",
    fixedRule: "a number",
    valueOf: ({ chosen }) => chosen,
  },
  epochs: { part: "optimizer", member: "epochs", fixedRule: "a number", valueOf: ({ chosen }) => chosen },
  targets: {
    part: "lora",
    member: "targetModules",
    fixedRule: "layers",
    valueOf: ({ chosen, tried }) => tried.find(({ value }) => value === chosen)?.targetModules,
  },
  scaling: {
    part: "lora",
    member: "scalingRule",
    fixedRule: "lora or rslora",
    valueOf: ({ chosen }) => chosen,
  },
  alpha: {
    part: "lora",
    member: "alpha",
    fixedRule: "a number or rank",
    valueOf: ({ chosen }) => alphaRule(Number(chosen)),
  },
};

/** Names that are to be searched, in the order of the search. */
export function namesToSearch(toSearch: ToSearch): SearchedName[] {
  return searchedKeys.filter((name) => toSearch[name]);
}

/** Path such as `optimizer.learningRate`. */
export function configPath(name: SearchedName): string {
  const { part, member } = searchedSettings[name];
  return `${part}.${member}`;
}

/** Rule for a value that is not searched, such as `a number`. */
export function fixedRule(name: SearchedName): string {
  return searchedSettings[name].fixedRule;
}

export function valueIn(config: Pick<SweepConfig, "optimizer" | "lora">, name: SearchedName): unknown {
  const { part, member } = searchedSettings[name];
  return (config[part] as unknown as Readonly<Record<string, unknown>>)[member];
}

/** Config with another value of a searched setting. */
export function configWith<Config extends Pick<SweepConfig, "optimizer" | "lora">>(
  config: Config,
  name: SearchedName,
  value: unknown,
): Config {
  const { part, member } = searchedSettings[name];
  return { ...config, [part]: { ...config[part], [member]: value } };
}

/** Config with all that a search found. */
export function withFound<Config extends Pick<SweepConfig, "optimizer" | "lora">>(
  config: Config,
  search: SearchSummary,
): Config {
  return searchedKeys.reduce((found, name) => {
    const one = search[name];
    return one === undefined ? found : configWith(found, name, foundValue(name, one));
  }, config);
}

function foundValue<Name extends SearchedName>(name: Name, found: Found<Name>): unknown {
  return searchedSettings[name].valueOf(found);
}
