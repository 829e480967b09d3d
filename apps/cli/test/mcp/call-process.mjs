// A process for the tests of `calls.ts`: it hangs as nothing but a signal can end, ends, or says its number.
let calls = 0;
process.on("message", ({ tool }) => {
  calls++;
  if (tool === "hang") for (;;);
  if (tool === "end") process.exit(7);
  if (tool === "wait") return;
  process.send({ document: { process: process.pid, calls } });
});
