import { join } from "node:path";
import { defaults } from "../defaults.ts";
import { recipesFolder } from "../recipes-folder.ts";
import { readYaml } from "../settings/read-yaml.ts";
import type { RecipeName } from "../settings/recipes.ts";

/** What holds where nothing is answered, as it would be typed. The stand-in has neither data nor a model. */
export interface UsualAnswers {
  readonly data?: string | undefined;
  readonly model?: string | undefined;
  readonly ranks: string;
  readonly seeds: string;
}

/** The defaults of `sweep`; of another trainer what its recipe says. */
export function usualAnswers(recipe: RecipeName | undefined): UsualAnswers {
  if (recipe === undefined) {
    const { data, model, ranks, seeds } = defaults;
    return { data, model, ranks: ranks.join(","), seeds: String(seeds) };
  }
  const { ranks, seeds, trainer } = readYaml(join(recipesFolder(), recipe, "sweep.yaml")) as {
    readonly ranks: readonly number[];
    readonly seeds: number;
    readonly trainer: { readonly command: readonly string[] };
  };
  const after = (flag: string): string | undefined => {
    const place = trainer.command.indexOf(flag);
    return place === -1 ? undefined : trainer.command[place + 1];
  };
  return { data: after("--data"), model: after("--model"), ranks: ranks.join(","), seeds: String(seeds) };
}
