import { recipeNames } from "../../src/settings/recipes.ts";
import { shows } from "./shows.ts";

shows("init", "a sweep on data", async ({ write, run }) => {
  write("tickets.csv", "text,queue\nmy card,billing\nmy parcel,shipping\n");
  await run("init --data tickets.csv --label-column queue --ranks 4,16 --seeds 1,5 'my sweep'");
  await run("init --yes defaults");
});

shows("init", "each recipe", async ({ run }) => {
  for (const trainer of recipeNames) await run(`init --trainer ${trainer} ${trainer}`);
});

shows("init", "arms of equal parameters", async ({ run }) => {
  await run("init --arms placement --ranks 16 engine");
  await run("init --arms placement --trainer peft peft");
  await run("init --arms placement --ranks 4,8 x");
  await run("init --arms placement --trainer trl x");
  await run("init --arms placement --model mixtral-8x7b x");
});

shows("init", "refused", async ({ write, run }) => {
  await run("init");
  await run("init x --trainer unsloth");
  await run("init x --trainer trl --data none --text-column t");
  write("mine/train.mjs", "mine\n");
  await run("init mine --trainer stand-in");
});
