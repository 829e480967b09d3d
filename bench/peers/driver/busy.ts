import { spawn } from "node:child_process";

/** Keeps core 0 busy with another process until the function that it returns is called. */
export function keepCoreBusy(): () => void {
  const child = spawn("taskset", ["-c", "0", process.execPath, "-e", "for (;;);"], { stdio: "ignore" });
  child.once("error", (error) => {
    throw error;
  });
  const stop = () => child.kill("SIGKILL");
  process.once("exit", stop);
  return stop;
}
