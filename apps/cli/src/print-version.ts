import { installedBuild } from "@lorank/graph/installed";
import { buildWords } from "./onnx-words.ts";
import { packageVersion } from "./version.ts";

/** Prints the versions of what is installed. ONNX Runtime is not loaded: whether it loads, `lorank doctor` says. */
export async function printVersion(): Promise<void> {
  const build = await installedBuild().then(buildWords, (error: Error) => error.message);
  const node = `Node ${process.version.slice(1)}, ${process.platform} ${process.arch}`;
  process.stdout.write(`lorank ${packageVersion()}, ${node}, ${build}\n`);
}
