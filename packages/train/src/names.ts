/** Names of settings and outcomes: `@lorank/train/names`. Loads no engine. */

export { trainingNames } from "./prepare/setting-names.ts";
export { baseLossesIn, forgettingOutcome } from "./retain/forgetting.ts";
