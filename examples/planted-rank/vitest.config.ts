import { packageTests } from "../../vitest.shared.ts";

// A sweep's children take over their parent's Node options. These let them read our TypeScript sources, as they do
// under the command line's own `node --conditions=@lorank/source --import tsx`.
export default packageTests(["test/*.test.ts"], {
  execArgv: ["--conditions=@lorank/source", "--import=tsx"],
});
