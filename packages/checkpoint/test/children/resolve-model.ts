// Resolves one model as its environment says; prints each event, then the path or the error.
import { resolveModel } from "../../src/hub.ts";

const print = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);
try {
  const path = await resolveModel(process.argv[2]!, { onProgress: print, retryDelay: 10 });
  print({ path });
} catch (error) {
  const { code, message } = error as Error & { code?: string };
  print({ code, message });
}
