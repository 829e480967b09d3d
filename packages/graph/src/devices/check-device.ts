import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ComputeDtype } from "../compute-dtype.ts";
import type { DeviceName } from "./device.ts";

/** Outcome of a device's check in a process of its own. */
export interface DeviceCheck {
  readonly device: DeviceName;
  /** It ran the self-test and the numbers are right. */
  readonly passed: boolean;
  /** The outcome of the self-test, or why there was none. */
  readonly detail: string;
  /** The driver that computes on the CPU, where it is one. */
  readonly softwareDriver?: string;
  /** For two large products, on the device and on the CPU; only of real devices. */
  readonly seconds?: { readonly device: number; readonly cpu: number };
}

/** Argument of the child process's program. */
export interface DeviceCheckJob {
  readonly device: DeviceName;
  /** Threads of the CPU that the device is compared with. */
  readonly threads: number;
  /** Type in which the device's products are computed; those of the CPU are in float32. (default "float32") */
  readonly computeDtype?: ComputeDtype;
}

/** A driver that has not answered after so many seconds hangs. A software driver compiles shaders for up to a minute. */
const timeoutSeconds = (): number => Number(process.env.LORANK_DEVICE_TEST_SECONDS) || 120;

/**
 * Tries a device in a child process, for a driver may crash the process that loads it, or hang. Never rejects: a device
 * that cannot be tried has not passed.
 */
export function checkDevice(job: DeviceCheckJob, program = programPath()): Promise<DeviceCheck> {
  const { device } = job;
  const seconds = timeoutSeconds();
  return new Promise((resolve) => {
    const child = fork(program, [JSON.stringify(job)], {
      execArgv: program.endsWith(".ts") ? loaderOptions(process.execArgv) : [],
      // Drivers write to the terminal what is no concern of the user's.
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      timeout: 1000 * seconds,
      killSignal: "SIGKILL",
    });
    const failed = (detail: string): void => resolve({ device, passed: false, detail });
    child.once("message", (check) => resolve(check as DeviceCheck)); // the first of these to happen counts
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

/**
 * Picks the options that a process needs to read TypeScript. No others: with `-e` the child would run our own caller's
 * script, which would check again.
 */
export function loaderOptions(own: readonly string[]): string[] {
  const isLoader = (option = ""): boolean =>
    /^(--import|--conditions|--loader|--require|-C|-r)(=|$)/.test(option);
  return own.filter(
    (option, index) => isLoader(option) || (isLoader(own[index - 1]) && !own[index - 1]!.includes("=")),
  );
}

/** The program beside this module: TypeScript in the sources, JavaScript in the build. */
function programPath(): string {
  const isSource = import.meta.url.endsWith(".ts");
  return fileURLToPath(new URL(`./check-device-process.${isSource ? "ts" : "js"}`, import.meta.url));
}
