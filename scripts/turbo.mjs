/** Turbo, with its telemetry off, which no setting in turbo.json turns off. */
process.env.TURBO_TELEMETRY_DISABLED ??= "1";
await import("turbo/bin/turbo");
