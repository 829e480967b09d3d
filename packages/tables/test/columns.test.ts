import { expect, test } from "vitest";
import { endOf, placesLike } from "../src/index.ts";

const columns = ["metrics.eval/Eval-Acc", " text", "TEXT", "Label", "label"];

test("names of columns are alike in the closest way in which one is", () => {
  const like = (name: string) => placesLike(columns, [name], ["same", "written", "case", "end"]);
  expect([like(" text"), like("text"), like("Text"), like("LABEL")]).toEqual([[1], [1], [1, 2], [3, 4]]);
  expect(like("eval_acc")).toEqual([0]);
  expect(placesLike(columns, ["eval_acc", "label"], ["case"])).toEqual([3, 4]);
  expect(placesLike(columns, ["eval_acc"], ["written", "case"])).toEqual([]);
  expect(endOf(" params/Lora R ")).toBe("lora_r");
});
