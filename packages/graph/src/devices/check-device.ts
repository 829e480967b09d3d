import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ComputeDtype } from "../compute-dtype.ts";
import type { DeviceName } from "./device.ts";

export interface DeviceCheck {
  readonly device: DeviceName;
  /** True if the self-test ran with correct numbers. */
  readonly passed: boolean;
  /** Self-test result in words, or the reason why it did not run. */
  readonly detail: string;
  /** Name of a software driver, which computes on the CPU; absent for a real device, or if the test failed. */
  readonly softwareDriver?: string;
  /** Seconds for two large products, on the device and on the CPU; only for real devices that passed. */
  readonly seconds?: { readonly device: number; readonly cpu: number };
}

export interface DeviceCheckJob {
  readonly device: DeviceName;
  readonly threads: number;
  /** Compute type for the device's matrix products; the CPU's are float32. (default "float32") */
  readonly computeDtype?: ComputeDtype;
}

/** Time limit for a device check in seconds; software drivers compile shaders for up to a minute. */
const timeoutSeconds = (): number => Number(process.env.LORANK_DEVICE_TEST_SECONDS) || 120;

/** Tries a device in a child process, as drivers may crash or hang. Never rejects. */
export function checkDevice(job: DeviceCheckJob, program = programPath()): Promise<DeviceCheck> {
  const { device } = job;
  const seconds = timeoutSeconds();
  return new Promise((resolve) => {
    const child = fork(program, [JSON.stringify(job)], {
      execArgv: program.endsWith(".ts") ? loaderOptions(process.execArgv) : [],
      // Output is ignored: drivers print messages that are irrelevant to users.
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      timeout: 1000 * seconds,
      killSignal: "SIGKILL",
    });
    const failed = (detail: string): void => resolve({ device, passed: false, detail });
    child.once("message", (check) => resolve(check as DeviceCheck)); // first event wins
    child.once("error", ({ message }) => failed(`its test could not be started: ${message}`));
    child.once("exit", (code, signal) =>
      failed(
        signal === "SIGKILL"
          ? `its test did not end within ${seconds} s, which LORANK_DEVICE_TEST_SECONDS sets`
          : `its test ended the process (${signal ?? `code ${code}`})`,
      ),
    );
  });
}

/** Node options that load TypeScript; others are left out: `-e` would run the caller's script in the child. */
export function loaderOptions(own: readonly string[]): string[] {
  const isLoader = (option = ""): boolean =>
    /^(--import|--conditions|--loader|--require|-C|-r)(=|$)/.test(option);
  return own.filter(
    (option, index) => isLoader(option) || (isLoader(own[index - 1]) && !own[index - 1]!.includes("=")),
  );
}

/** Path of the child's program: TypeScript in the sources, JavaScript in the build. */
function programPath(): string {
  const isSource = import.meta.url.endsWith(".ts");
  return fileURLToPath(new URL(`./check-device-process.${isSource ? "ts" : "js"}`, import.meta.url));
}
