import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Target } from "../../../../scripts/attack/attack.ts";
import { mutatedBytes } from "../../../../scripts/attack/mutate.ts";
import { neededBy } from "../../src/commands/doctor/cuda-libraries.ts";
import { elfLibrary } from "./elf-library.ts";

/** A library that is read needs libraries with names. */
export function libraryTargets(folder: string): readonly Target[] {
  const file = join(folder, "library.so");
  const lists = [["libcudart.so.13", "libc.so.6"], [], Array.from({ length: 40 }, (_, i) => `lib${i}.so`)];
  return [
    {
      name: "ELF library",
      originals: lists.map((needed) => ({ name: `${needed.length} needed`, load: () => elfLibrary(needed) })),
      mutate: mutatedBytes,
      read: (mutant) => {
        writeFileSync(file, mutant);
        for (const name of neededBy(file)) if (name === "" || name.includes("\0")) throw new Error("no name");
      },
    },
  ];
}
