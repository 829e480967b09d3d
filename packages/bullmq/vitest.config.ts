import { packageTests } from "../../vitest.shared.ts";

const slow = ["test/{contract,executor,queue-failures,worker}.test.ts"];

// A worker's children take over its Node options. These let them read our TypeScript sources.
export default packageTests(slow, { execArgv: ["--conditions=@lorank/source", "--import=tsx"] });
