import { InputError } from "@lorank/core";
import { expect, test } from "vitest";
import { failureText } from "../../src/worker/failure.ts";

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

test.each([
  [new InputError("E_DATA", "mails.csv must hold texts, got none"), "mails.csv must hold texts, got none"],
  [new Error("std::bad_alloc"), "Out of memory: the browser gave this page no more"],
  [new RangeError("Array buffer allocation failed"), "Out of memory"],
  [new RangeError("WebAssembly.Memory.grow(): Maximum memory size exceeded"), "Out of memory"],
  [named("QuotaExceededError", "no room"), "The browser's storage for this page is full"],
  [
    named("NotReadableError", "gone"),
    "it was changed, moved or removed since it was chosen. Choose it again.",
  ],
  [named("NoModificationAllowedError", "locked"), "A file is in use by another tab"],
  [new TypeError("Failed to fetch"), "A file of this page could not be loaded"],
  [
    Object.assign(new Error("webgpu has no kernel"), { code: "E_DEVICE" }),
    "Choose WebAssembly as the device",
  ],
  [named("NetworkError", "gone"), "A file of this page could not be loaded"],
  [named("NotFoundError", "gone"), "it was changed, moved or removed since it was chosen"],
  [new Error("odd"), "Something went wrong: odd"],
  [new Error("the fetch was odd"), "Something went wrong: the fetch was odd"],
  [new TypeError("x is not a function"), "Something went wrong: x is not a function"],
  [new RangeError("Invalid digits"), "Something went wrong: Invalid digits"],
  ["a string", "Something went wrong: a string"],
])("%s", (error, text) => {
  expect(failureText(error)).toContain(text);
});
