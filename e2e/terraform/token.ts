import { readdirSync, readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { strFromU8, unzipSync } from "fflate";
import type { Finished } from "./processes";

/** Grafana's token is in the environment of every command, and nowhere else. */
export const TOKEN = "glsa_this-stands-for-the-token-of-Grafana";

/** The variable that holds it: nothing that is synthesised or applied needs to know even that. */
export const VARIABLE = "GRAFANA_AUTH";

/** A kept plan is an archive: what is in it cannot be seen from outside. */
const isKeptPlan = (content: Uint8Array): boolean =>
  strFromU8(content.subarray(0, 4), true) === "PK\u0003\u0004";

export interface Searched {
  /** Paths of the states and plans among the files. */
  readonly states: readonly string[];
  readonly plans: readonly string[];
  /** Path -> what is in the file of the token and the variable, for the files with either. */
  readonly found: Readonly<Record<string, readonly string[]>>;
}

/** Looks for the token and its variable in every file below `folder` but the providers' own. Paths are relative to it. */
export function searchForToken(folder: string): Searched {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/\/(providers|node_modules)(\/|$)/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name));
  const searched = files.map((file) => {
    const content = readFileSync(file);
    const isPlan = isKeptPlan(content);
    const contents = isPlan ? Object.values(unzipSync(content)) : [content];
    return {
      path: relative(folder, file),
      isPlan: isPlan && basename(file) === "plan",
      isState: file.endsWith(".tfstate"),
      found: [TOKEN, VARIABLE].filter((word) =>
        contents.some((each) => strFromU8(each, true).includes(word)),
      ),
    };
  });
  return {
    states: searched.filter(({ isState }) => isState).map(({ path }) => path),
    plans: searched.filter(({ isPlan }) => isPlan).map(({ path }) => path),
    found: Object.fromEntries(
      searched.filter(({ found }) => found.length > 0).map(({ path, found }) => [path, found]),
    ),
  };
}

/** What a command printed, if it kept the token to itself. */
export function withoutToken(finished: Finished): Finished {
  const { command, stdout, stderr } = finished;
  if (`${stdout}${stderr}`.includes(TOKEN)) throw new Error(`\`${command}\` printed the token of Grafana`);
  return finished;
}
