// Makes a folder and prints how that ended.
import { makeFolder } from "../../src/disk.ts";

try {
  makeFolder(process.argv[2]!);
  process.stdout.write("made");
} catch (error) {
  process.stdout.write(String((error as NodeJS.ErrnoException).code));
}
