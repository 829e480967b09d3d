import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { commandOf } from "../../src/commands/init/answers.ts";
import { ask } from "../../src/commands/init/ask.ts";
import { cliHere } from "../here.ts";

const [enter, down, giveUp] = ["\r", "\u001b[B", "\u001b"];

/** Answers each question, when it is put, with these keys. */
async function answer(keys: readonly (readonly [question: string, keys: string])[]) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const left = [...keys];
  let shown = "";
  output.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
    const [next] = left;
    if (next === undefined || !shown.includes(next[0])) return;
    left.shift();
    shown = "";
    // After the question has drawn itself.
    setImmediate(() => input.write(next[1]));
  });
  const answers = await ask(".", { input, output });
  return { answers, left };
}

function tickets(header = "id,text,body,queue"): string {
  const file = join(temporaryFolder(), "tickets.csv");
  writeFileSync(file, `${header}\n1,a,b,c\n2,d,e,f\n`);
  return file;
}

describe("the questions of init", () => {
  test("answered with Enter alone give what --yes gives", async () => {
    const questions = ["trains?", "your data?", "Which model", "Which ranks?", "seeds?", "folder?"];
    const { answers, left } = await answer(questions.map((question) => [question, enter]));
    expect(left).toEqual([]);
    expect(answers).toEqual({ folder: ".", answers: {} });
    expect(commandOf(".", {}, false)).toBe("lorank init --yes");
  });

  test("ask for the columns of a file, with those that a sweep would take first", async () => {
    const data = tickets();
    const { answers } = await answer([
      ["trains?", enter],
      ["your data?", data + enter],
      ["has the text?", down + enter],
      ["has the label?", `${down}${down}${enter}`],
      ["Which model", enter],
      ["Which ranks?", `2,8${enter}`],
      ["seeds?", `3${enter}`],
      ["folder?", `out${enter}`],
    ]);
    const columns = { "text-column": "body", "label-column": "queue" };
    expect(answers).toEqual({ folder: "out", answers: { data, ...columns, ranks: [2, 8], seeds: 3 } });
    expect(commandOf("out", answers!.answers, false)).toBe(
      `lorank init out --data ${data} --text-column body --label-column queue --ranks 2,8 --seeds 3`,
    );
  });

  test("name another trainer, and refuse an answer in the words of its flag", async () => {
    const { answers } = await answer([
      ["trains?", down + enter],
      ["your data?", enter],
      ["Which model", `org/name${enter}`],
      ["Which ranks?", `0${enter}`],
      ["It must be a list of different positive integers.", `\u007f4${enter}`],
      ["seeds?", enter],
      ["folder?", enter],
    ]);
    expect(answers).toEqual({ folder: ".", answers: { trainer: "peft", model: "org/name", ranks: [4] } });
  });

  test("end on Escape, and nothing is answered", async () => {
    expect((await answer([["trains?", giveUp]])).answers).toBeUndefined();
  });
});

test("the command at the end writes the same files", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "my tickets.csv"), readFileSync(tickets("id,text,body,label")));
  const args = ["init", "a", "--data", "my tickets.csv", "--text-column", "body", "--ranks", "2,8"];
  const first = await cliHere([...args, "--json"], { cwd: folder });
  const { command, files } = JSON.parse(first.stdout) as { command: string; files: string[] };
  expect(command).toBe("lorank init a --data 'my tickets.csv' --text-column body --ranks 2,8");
  expect(files).toEqual(["sweep.yaml"]);
  const written = readFileSync(join(folder, "a/sweep.yaml"), "utf8");
  expect(written).toContain(
    'model: starter\ndata: "../my tickets.csv"\ntext-column: body\nlabel-column: label\nranks: [2, 8]\nseeds: 5\n',
  );
  await cliHere(["init", "b", ...args.slice(2)], { cwd: folder });
  expect(readFileSync(join(folder, "b/sweep.yaml"), "utf8")).toBe(written);
  // Every comment with a key in it is one that a sweep understands.
  writeFileSync(join(folder, "a/sweep.yaml"), written.replace(/^# (?=[a-z-]+: )/gm, ""));
  const read = await cliHere(["sweep", "sweep.yaml", "--print-config"], { cwd: join(folder, "a") });
  expect(read).toMatchObject({ code: 0, stderr: "" });
  expect(read.stdout).toContain("quantize: nf4-dq # sweep.yaml");
});
