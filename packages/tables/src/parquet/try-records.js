// Reads the Parquet file on standard input in a thread, and ends with code 0 if that returns in time, whatever it returns.
// A thread's own limits would not do: one array that outgrows them aborts the process.
import { arrayBuffer } from "node:stream/consumers";
import { isMainThread, Worker, workerData } from "node:worker_threads";

if (isMainThread) {
  process.on("SIGINT", () => {}); // Ctrl-C is the parent's
  process.on("disconnect", () => process.exit(1));
  const [milliseconds, mostBytes] = process.argv.slice(2).map(Number);
  const bytes = await arrayBuffer(process.stdin);
  const thread = new Worker(new URL(import.meta.url), { workerData: bytes, transferList: [bytes] });
  thread.once("error", () => process.exit(1));
  thread.once("exit", (code) => process.exit(code));
  setTimeout(() => process.exit(1), milliseconds);
  setInterval(() => process.memoryUsage.rss() > mostBytes && process.exit(1), 20);
} else {
  const { parquetRecords } = await import("./records.js");
  await parquetRecords(workerData).catch(() => {});
}
