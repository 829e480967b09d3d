/** Preloaded: the process of a trial does nothing until it is ended. */
if (/worker\.[jt]s$/.test(process.argv[1] ?? "")) {
  setInterval(() => {}, 1000);
  await new Promise(() => {});
}
