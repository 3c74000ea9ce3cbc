/** The gateway's configuration, as far as the walk needs it. */
export interface NginxConfig {
  readonly ports: readonly number[];
  /** Value of a `map` variable for a source text; "" when nothing matches. */
  readonly map: (variable: string, source: string) => string;
  /** What `proxy_set_header` puts in a header. */
  readonly header: (name: string) => string | undefined;
}

const unquoted = (word: string): string =>
  word.startsWith('"') ? word.slice(1, -1).replace(/\\(["\\])/g, "$1") : word;

/** Reads our own rendering (modules/gateway/nginx.ts): one directive in a line. */
export function readNginx(text: string): NginxConfig {
  const maps = new Map<string, (readonly [string, string])[]>();
  for (const [, variable = "", body = ""] of text.matchAll(
    /^ *map [^\n]* \$(\w+) \{\n([^}]*(?:\}[^\n]+\n[^}]*)*?)^ *\}$/gm,
  )) {
    const entries = [...body.matchAll(/^ *("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+);$/gm)].map(
      ([, key = "", value = ""]) => [unquoted(key), unquoted(value)] as const,
    );
    maps.set(variable, entries);
  }
  return {
    ports: [...text.matchAll(/^ *listen (\d+);$/gm)].map(([, port]) => Number(port)),
    map: (variable, source) => {
      for (const [key, value] of maps.get(variable) ?? []) {
        if (key === "default") continue;
        const match = key.startsWith("~") ? new RegExp(key.slice(1)).exec(source) : undefined;
        if (match === null || (match === undefined && key !== source)) continue;
        return value.startsWith("$") ? (match?.groups?.[value.slice(1)] ?? "") : value;
      }
      return "";
    },
    header: (name) => new RegExp(`^ *proxy_set_header ${name} (\\S+);$`, "m").exec(text)?.[1],
  };
}
