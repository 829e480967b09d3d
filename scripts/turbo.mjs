/** Turbo, with its telemetry off, which no setting in turbo.json turns off. */
process.env.TURBO_TELEMETRY_DISABLED ??= "1";
// Before tests, turbo.json has it build: those that start the command line start the build.
if (process.argv.includes("test")) process.env.LORANK_TEST_BUILD ??= "1";
await import("turbo/bin/turbo");
