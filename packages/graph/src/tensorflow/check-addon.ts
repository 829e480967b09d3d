import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { TensorflowError } from "./errors.ts";
import { type ProcessSettings, variables } from "./process.ts";

/** What an add-on said when it was tried. */
export interface TensorflowCheck {
  /** TensorFlow's own version. */
  readonly version: string;
  readonly gpu: boolean;
}

/** `openBinding` and one product, in a program of its own. */
const program = `
const module_ = { exports: {} };
process.dlopen(module_, process.argv[1], require("node:os").constants.dlopen.RTLD_NOW);
const tf = module_.exports;
const x = tf.createTensor([2, 2], 1, Float32Array.of(1, 2, 3, 4));
const [y] = tf.executeOp("MatMul", [], [x, x], 1);
const product = [...tf.tensorDataSync(y.id)].join();
process.stdout.write(JSON.stringify({ version: tf.TF_Version, gpu: tf.isUsingGpuDevice(), product }));
`;

/**
 * Loads the add-on in a child process and multiplies two matrices: libraries that do not fit the machine can end the
 * process that loads them.
 *
 * @throws TensorflowError E_TENSORFLOW with what the child said.
 */
export async function checkTensorflowAddon(
  addon: string,
  settings: ProcessSettings,
): Promise<TensorflowCheck> {
  const env = { ...process.env, ...variables(settings, process.env) };
  try {
    const run = promisify(execFile);
    // Without the parent's NODE_OPTIONS, which may name files of another folder.
    const { stdout } = await run(process.execPath, ["-e", program, "--", addon], {
      env: { ...env, NODE_OPTIONS: "" },
    });
    const { product, ...check } = JSON.parse(stdout) as TensorflowCheck & { product: string };
    if (product !== "7,10,15,22") throw new Error(`a product must be 7,10,15,22, got ${product}`);
    return check;
  } catch (cause) {
    throw new TensorflowError(`TensorFlow must load, got ${reasonOf(cause)} (${addon})`, {
      cause,
    });
  }
}

/** The line of the child's output that says what is wrong, or how the child ended. */
function reasonOf(cause: unknown): string {
  const { stderr = "", message, signal } = cause as Error & { stderr?: string; signal?: string | null };
  const line = stderr.split("\n").find((text) => /^\S*Error: /.test(text));
  return line ?? (signal ? `the signal ${signal}` : message.split("\n")[0]!);
}
