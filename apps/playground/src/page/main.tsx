import { render } from "preact";
import { App } from "./app.tsx";
import { saveFile } from "./report.tsx";
import { Session } from "./session.ts";

const place = document.getElementById("app")!;
const session = new Session((state) => render(<App state={state} session={session} />, place), saveFile);
void session.open();
