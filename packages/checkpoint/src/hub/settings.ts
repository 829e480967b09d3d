import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { InputError } from "@lorank/core";

export type HubEnvironment = Readonly<Record<string, string | undefined>>;

export interface HubSettings {
  readonly endpoint: string;
  readonly cacheFolder: string;
  /** Hub token; never in a message, sent to the endpoint's own origin only. */
  readonly token: { readonly secret: string; readonly source: string } | undefined;
  readonly offline: boolean;
  readonly symlinks: boolean;
  readonly proxies: { readonly http: string; readonly https: string; readonly except: string };
}

/**
 * Reads the Python tools' environment variables. Throws E_HUB when HF_ENDPOINT is no web address or the token cannot be
 * sent.
 */
export function hubSettings(environment: HubEnvironment): HubSettings {
  const variable = (...names: string[]) => names.map((name) => environment[name]).find((value) => value);
  const path = (...names: string[]) => expanded(variable(...names), environment);
  const userFolder = variable("HOME", "USERPROFILE") ?? homedir();
  const home =
    path("HF_HOME") ?? join(variable("XDG_CACHE_HOME") ?? join(userFolder, ".cache"), "huggingface");
  const secret = variable("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN");
  return {
    endpoint: endpointOf(variable("HF_ENDPOINT")),
    cacheFolder: path("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") ?? join(home, "hub"),
    token: secret
      ? checkedToken(secret, "HF_TOKEN")
      : isOn(variable("HF_HUB_DISABLE_IMPLICIT_TOKEN"))
        ? undefined
        : tokenOfFile(path("HF_TOKEN_PATH") ?? join(home, "token")),
    offline: isOn(variable("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")),
    symlinks: !isOn(variable("HF_HUB_DISABLE_SYMLINKS")),
    proxies: {
      http: variable("http_proxy", "HTTP_PROXY") ?? "",
      https: variable("https_proxy", "HTTPS_PROXY") ?? "",
      except: variable("no_proxy", "NO_PROXY") ?? "",
    },
  };
}

function isOn(value: string | undefined): boolean {
  return /^(?:1|on|yes|true)$/i.test(value ?? "");
}

/** Replaces `~` and `$VARIABLE` as Python's expanduser and expandvars do. */
function expanded(path: string | undefined, environment: HubEnvironment): string | undefined {
  return path
    ?.replace(/^~(?=$|[/\\])/, environment.HOME ?? environment.USERPROFILE ?? homedir())
    .replace(/\$(?:(\w+)|\{(\w+)\})/g, (all, bare, braced) => environment[bare ?? braced] ?? all);
}

function endpointOf(value = "https://huggingface.co"): string {
  if (/^https?:/i.test(value) && URL.canParse(value)) return value.replace(/\/+$/, "");
  throw new InputError("E_HUB", `HF_ENDPOINT must be an https:// or http:// address, got ${value}`);
}

function tokenOfFile(path: string): HubSettings["token"] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  return text.trim() === "" ? undefined : checkedToken(text, path);
}

/** Checks a token: line breaks would add a header to the request. */
function checkedToken(text: string, source: string): HubSettings["token"] {
  const secret = text.trim();
  if (/^[\x21-\x7e]{1,4096}$/.test(secret)) return { secret, source };
  throw new InputError("E_HUB", `the token of ${source} must be one word of ASCII characters`);
}
