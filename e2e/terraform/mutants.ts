import { cpSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Json } from "./sandbox";
import type { Stack } from "./stack";

/** A stack's `cdk.tf.json`, to be changed in place. */
export class Configuration {
  constructor(private readonly document: Readonly<Record<string, Json>>) {}

  /** A section that has to be there, such as `provider`. */
  section(name: string): Json {
    const section = this.document[name];
    if (section === undefined) throw new Error(`no ${name} in the stack`);
    return section;
  }

  private first(type: string, prefix: string): [string, Json] {
    const resources = Object.entries((this.section("resource")[type] ?? {}) as Record<string, Json>);
    const first = resources.find(([name]) => name.startsWith(prefix));
    if (first === undefined) throw new Error(`no ${type}.${prefix} in the stack`);
    return first;
  }

  /** Address of the first resource of a type. */
  address(type: string): string {
    return `${type}.${this.first(type, "")[0]}`;
  }

  /** Arguments of the first resource of a type, of those whose names start like this. */
  resource(type: string, prefix = ""): Json {
    return this.first(type, prefix)[1];
  }
}

/** Changes the text of one argument; it is an error when that changes nothing. */
export function replaceIn(resource: Json, argument: string, from: string, to: string): void {
  const before = String(resource[argument]);
  const after = before.replaceAll(from, () => to);
  if (before === after) throw new Error(`there is no ${from} in ${argument}`);
  resource[argument] = after;
}

/** A changed copy of an initialised stack beside it, with the same state. */
export function mutant(good: Stack, name: string, change: (configuration: Configuration) => void): Stack {
  const folder = join(dirname(good.folder), `${good.name}-${name}`);
  // The providers are links into the mirror or the plugin cache.
  cpSync(good.folder, folder, { recursive: true, verbatimSymlinks: true });
  const document = JSON.parse(good.text) as Record<string, Json>;
  change(new Configuration(document));
  writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(document, null, 2));
  return good.at(folder);
}
