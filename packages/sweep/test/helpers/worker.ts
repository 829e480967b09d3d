/** The program of child processes in tests: a worker that knows the fake trainer. */
import { useFakeTrainer } from "./fake-trainer.ts";

useFakeTrainer();
await import("../../src/worker/worker.ts");
