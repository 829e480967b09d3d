import { type SearchedName, type SearchSummary, searchedKeys } from "@lorank/evidence/results";
import type { SweepConfig } from "./sweep-config.ts";

/** Settings that are `auto`, which a search must find; a name that is absent is not searched. */
export type ToSearch = { readonly [Name in SearchedName]?: boolean };

type Found<Name extends SearchedName> = NonNullable<SearchSummary[Name]>;

/** Setting that a search can find: its place in a sweep's config, and the found value as it stands there. */
interface SearchedSetting<Name extends SearchedName> {
  readonly part: "optimizer" | "lora";
  readonly member: string;
  valueOf(found: Found<Name>): unknown;
}

const searchedSettings: { readonly [Name in SearchedName]: SearchedSetting<Name> } = {
  learningRate: { part: "optimizer", member: "learningRate", valueOf: ({ chosen }) => chosen },
  epochs: { part: "optimizer", member: "epochs", valueOf: ({ chosen }) => chosen },
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
