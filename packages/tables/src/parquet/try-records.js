// Reads each Parquet file that it is sent in a thread, and answers once that returns, whatever it returns, with the memory
// that it holds. Ends where a file takes more than its limits: a thread's own would not do, as one array that outgrows them
// aborts the process.
import { isMainThread, parentPort, Worker } from "node:worker_threads";

if (isMainThread) {
  process.on("SIGINT", () => {}); // Ctrl-C is the parent's
  process.on("disconnect", () => process.exit());
  const thread = new Worker(new URL(import.meta.url));
  thread.once("error", () => process.exit(1));
  process.on("message", ({ content, milliseconds, bytes }) => {
    const clock = setTimeout(() => process.exit(1), milliseconds);
    const scales = setInterval(() => process.memoryUsage.rss() > bytes && process.exit(1), 20);
    thread.once("message", () => {
      clearTimeout(clock);
      clearInterval(scales);
      process.send(process.memoryUsage.rss());
    });
    thread.postMessage(content);
  });
} else {
  const { parquetRecords } = await import("./records.js");
  parentPort.on("message", async (content) => {
    await parquetRecords(Uint8Array.from(content).buffer).catch(() => {});
    parentPort.postMessage("returned");
  });
}
