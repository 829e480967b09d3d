import { rmSync } from "node:fs";
import { join } from "node:path";
import { writeTinyModel } from "../tiny-model.ts";
import { shows } from "./shows.ts";

const measured = /\d[\d.]* s, [\d.]+ a second/g;

shows("generate", "one prompt", async ({ run, hide }) => {
  hide(measured, "N s, N a second");
  await run("generate starter 'Dear all, the meeting' --max-new-tokens 8 --device cpu");
  await run("generate starter --prompt-ids 3,14,15 --max-new-tokens 3 --ignore-eos --device cpu");
});

shows("generate", "a file of prompts", async ({ run, hide, write }) => {
  hide(measured, "N s, N a second");
  write(
    "prompts.jsonl",
    '{"prompt":"Dear all","response":"Hello"}\n{"prompt":"You have won","response":"It"}\n',
  );
  await run("generate starter --prompts prompts.jsonl -o answers.jsonl --max-new-tokens 4 --device cpu");
  await run("generate starter 'Dear all' --adapter base,none --max-new-tokens 4 --device cpu");
});

shows("generate", "refused", async ({ folder, run }) => {
  writeTinyModel(join(folder, "tiny"));
  await run("generate none hello");
  await run("generate tiny a --prompt-ids 1");
  await run("generate tiny --prompt-ids 1,x");
  await run("generate tiny --prompt-ids 4096 --device cpu");
  await run("generate tiny --prompt-ids 1 --system x");
  await run("generate tiny a --system x --device cpu");
  await run("generate tiny --prompts absent.txt");
  await run("generate tiny a --top-p 0 --temperature -1 --max-new-tokens 0");
  await run("generate tiny a -o x.jsonl --adapter base,a");
  await run("generate tiny a -o no/such/file");
  rmSync(join(folder, "tiny/tokenizer.json"));
  await run("generate tiny a");
});
