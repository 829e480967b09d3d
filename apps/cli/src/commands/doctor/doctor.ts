import { availableParallelism, cpus, totalmem } from "node:os";
import { modelConfig, modelWeights } from "@lorank/checkpoint";
import { modelAt } from "@lorank/checkpoint/files";
import { counted, formatBytes, formatCount } from "@lorank/core";
import {
  checkTensorflowAddon,
  cudaFiles,
  type DeviceSurvey,
  deviceRuntime,
  findTensorflow,
  onnxBuild,
  selfTest,
  surveyDevices,
} from "@lorank/graph/devices";
import { modelFolder, spamAssassin } from "@lorank/starter";
import { familyOf } from "@lorank/train/engine";
import type { Input } from "../../command.ts";
import { exitCode } from "../../exit-code.ts";
import { computeChoices } from "../../flags/choices.ts";
import { buildWords } from "../../onnx-words.ts";
import { isFromWheel } from "../../optional-package.ts";
import type { Messages, Page } from "../../output.ts";
import { plainText } from "../../text.ts";
import { packageVersion } from "../../version.ts";
import type { DoctorSettings } from "./command.ts";
import { type CudaSetupDocument, setupCuda, viewCuda } from "./setup-cuda.ts";
import { setupTensorflow, type TensorflowSetupDocument, viewTensorflow } from "./setup-tensorflow.ts";

export type DoctorDocument = CheckedDocument | CudaSetupDocument | TensorflowSetupDocument;

/** Checks the machine, showing each check when done, or sets up CUDA or TensorFlow. */
export async function run({ settings }: Input<DoctorSettings>, output: Messages): Promise<DoctorDocument> {
  const { "setup-tensorflow": tensorflow, "setup-cuda": cuda, thorough = false } = settings;
  if (cuda !== undefined) return setupCuda(cuda, output);
  if (tensorflow !== undefined) return setupTensorflow(tensorflow, output);
  const machine = thisMachine();
  printMachine(machine, output.page);
  return doctorDocument(machine, await checkMachine(thorough, (check) => printCheck(check, output.page)));
}

export function view(document: DoctorDocument, page: Page): void {
  if ("cuda" in document) viewCuda(document, page);
  else if ("addon" in document) viewTensorflow(document, page);
  else {
    page.print();
    page.say(document.next);
  }
}

export function exit(document: DoctorDocument): number {
  return "works" in document && !document.works ? exitCode.failed : exitCode.done;
}

export interface ThisMachine {
  readonly lorank: string;
  readonly platform: string;
  readonly node: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
}

export interface CheckedDocument extends ThisMachine {
  /** True if a sweep can run: no needed check failed. */
  readonly works: boolean;
  readonly checks: readonly (Check & { readonly outcome: string })[];
  readonly devices: readonly (Omit<SurveyedDevice, "halves"> & {
    /** Self-test results in half precision, by `--compute` name. */
    readonly halves: readonly (Omit<SurveyedDevice["halves"][number], "computeDtype"> & {
      readonly compute: SurveyedDevice["halves"][number]["computeDtype"];
    })[];
  })[];
  /** Device that `--device auto` chooses, and why; null if unknown. */
  readonly auto: string | null;
  readonly next: string;
}

type SurveyedDevice = DeviceSurvey["devices"][number];

function thisMachine(): ThisMachine {
  return {
    lorank: packageVersion(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
  };
}

export function doctorDocument(machine: ThisMachine, { checks, survey }: Checked): CheckedDocument {
  return {
    works: checks.every(({ ok, needed }) => ok || !needed),
    ...machine,
    checks: checks.map((check) => ({ ...check, outcome: outcomeOf(check) })),
    devices: (survey?.devices ?? []).map(({ halves, ...device }) => ({
      ...device,
      halves: halves.map(({ computeDtype: compute, ...half }) => ({ compute, ...half })),
    })),
    auto: survey?.auto.why ?? null,
    next: nextWords(checks, survey?.auto.why),
  };
}

export function printMachine(machine: ThisMachine, output: Page): void {
  const { lorank, node, platform, processor, cores, memoryBytes } = machine;
  output.print(`lorank ${lorank}, Node ${node}, ${platform}`);
  output.print(`${processor}, ${cores} cores, ${formatBytes(memoryBytes)} of memory\n`);
}

export function printCheck(check: Check, output: Page): void {
  const { ok, needed, name, detail, fix } = check;
  const { green, red, dim } = output.colours;
  const outcome = outcomeOf(check).replace(" (optional)", "");
  const mark = ok ? green("ok      ") : needed ? red("FAILED  ") : dim("optional");
  const words = plainText(ok || needed ? detail : `${outcome}: ${detail}`);
  output.print(`${mark}  ${name.padEnd(17)}  ${words}`);
  if (!ok && fix !== undefined) output.print(`${" ".repeat(29)}${fix}`);
}

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** Tells if a sweep on the user's own model and data needs this check. */
  readonly needed: boolean;
  /** False for a device or runtime that is absent or unusable here. (default: true) */
  readonly isSetUp?: boolean;
  readonly detail: string;
  /** Shell command to fix the failed check, if one can. */
  readonly fix?: string;
}

export interface Checked {
  readonly checks: readonly Check[];
  readonly survey: DeviceSurvey | undefined;
}

/** Checks the machine for a sweep's needs; `thorough` adds half precision. `onCheck` gets each check when done. */
export async function checkMachine(thorough: boolean, onCheck: (check: Check) => void): Promise<Checked> {
  const checks: Check[] = [];
  const report = (...some: readonly Check[]): void => {
    checks.push(...some);
    some.forEach(onCheck);
  };
  report(checkNode(process.version));
  const runtime = await checkRuntime();
  report(runtime, checkStarterModel(), checkStarterData());
  const survey = runtime.ok ? await surveyDevices({ thorough }) : undefined;
  if (survey !== undefined) report(...deviceChecks(survey));
  report(await checkTensorflow(thorough));
  return { checks, survey };
}

/** Lowest Node version (major, minor), as in `engines` of package.json. */
const lowestNode = [20, 19] as const;

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const ok = major > lowestNode[0] || (major === lowestNode[0] && minor >= lowestNode[1]);
  const detail = ok ? version : `${version}; lorank needs ${lowestNode.join(".")} or later`;
  return { name: "node", ok, needed: true, detail, fix: "nvm install 20" };
}

/** Command that brings back what is missing from the package. */
function reinstall(): string {
  return isFromWheel() ? "pip install --force-reinstall lorank" : "npm install lorank";
}

/** Compares a small LoRA step through ONNX Runtime on the CPU with float64 loops. */
export async function checkRuntime(): Promise<Check> {
  const name = "runtime";
  const fix = isFromWheel() ? reinstall() : "npm install @lorank/onnxruntime";
  try {
    const build = await onnxBuild();
    const { passed, detail } = await selfTest(
      await deviceRuntime({ device: build.kind === "native" ? "cpu" : "wasm" }),
    );
    return { name, ok: passed, needed: true, detail: `${buildWords(build)}; ${detail}`, fix };
  } catch (error) {
    return { name, ok: false, needed: true, detail: (error as Error).message.split("\n")[0] ?? "", fix };
  }
}

const setUpCuda = "pip install onnxruntime-gpu in a Python environment, then lorank doctor --setup-cuda DIR";

/** Checks on devices other than the CPU, by their self-tests. A sweep needs none. */
export function deviceChecks({ devices }: DeviceSurvey): Check[] {
  return devices.map(({ device, passed, detail, softwareDriver, halves }) => ({
    name: `device ${device}`,
    ok: passed,
    needed: false,
    ...(passed || /^(self-test failed|its test )/.test(detail) ? {} : { isSetUp: false }),
    detail: [
      softwareDriver === undefined ? detail : `${detail}, on ${softwareDriver}: a driver without a GPU`,
      ...halves.map(halfWords),
    ].join("; "),
    ...(device === "cuda" && cudaFiles().setup() === undefined && { fix: setUpCuda }),
  }));
}

function halfWords({
  computeDtype,
  passed,
  speedup,
}: DeviceSurvey["devices"][number]["halves"][number]): string {
  if (!passed) return `no ${computeDtype}`;
  return speedup === undefined ? computeDtype : `${computeDtype}, ${speedup.toFixed(1)} × the speed`;
}

export function outcomeOf({ ok, needed, isSetUp = true }: Check): string {
  if (ok) return "ok";
  if (needed) return "FAILED";
  return isSetUp ? "does not work (optional)" : "not set up (optional)";
}

function nextWords(checks: readonly Check[], auto: string | undefined): string {
  const failed = checks.find(({ ok, needed }) => needed && !ok);
  if (failed !== undefined || auto === undefined)
    return `Not ready: ${failed?.name ?? "runtime"} failed${failed?.fix === undefined ? "" : `. Try: ${failed.fix}`}`;
  return `Ready: run \`lorank sweep\`. It will use ${auto}`;
}

function checkStarterModel(): Check {
  const name = "starter model";
  try {
    const family = familyOf(modelConfig(modelAt(modelFolder)).config);
    const source = modelWeights(modelAt(modelFolder));
    let params = 0;
    for (const { shape } of source.tensors.values())
      params += shape.reduce((product, size) => product * size, 1);
    source.close();
    return {
      name,
      ok: true,
      needed: false,
      detail: `${formatCount(params)} parameters, ${family.layers} layers`,
    };
  } catch (error) {
    return { name, ok: false, needed: false, detail: (error as Error).message, fix: reinstall() };
  }
}

export function checkStarterData(): Check {
  const name = "spam-assassin";
  try {
    const { train, validation, test } = spamAssassin();
    const total = train.length + validation.length + test.length;
    return { name, ok: true, needed: false, detail: counted(total, "e-mail") };
  } catch (error) {
    return { name, ok: false, needed: false, detail: (error as Error).message, fix: reinstall() };
  }
}

async function checkTensorflow(thorough: boolean): Promise<Check> {
  const common = { name: "tensorflow", needed: false };
  const place = findTensorflow();
  if (!place.found) return { ...common, ok: false, isSetUp: false, detail: place.reason, fix: place.fix };
  try {
    const { version, gpu } = await checkTensorflowAddon(place.addon, { device: "gpu", threads: 1 });
    const device = gpu ? "tensorflow" : "tensorflow-cpu";
    const { passed, detail } = await selfTest(await deviceRuntime({ device }));
    const halves: string[] = [];
    for (const compute of thorough ? computeChoices.slice(1) : []) {
      const half = await selfTest(await deviceRuntime({ device, computeDtype: compute }));
      halves.push(half.passed ? compute : `no ${compute}`);
    }
    return {
      ...common,
      ok: passed,
      detail: `TensorFlow ${version} on the ${gpu ? "GPU" : "CPU"}, ${[detail, ...halves].join("; ")}`,
    };
  } catch (error) {
    return {
      ...common,
      ok: false,
      detail: (error as Error).message.split("\n")[0] ?? "",
      ...(place.directory !== undefined && { fix: `lorank doctor --setup-tensorflow ${place.directory}` }),
    };
  }
}
