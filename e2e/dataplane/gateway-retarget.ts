/** Where things of the gateway are on this machine. */
export interface GatewayPlaces {
  /** Port in the configuration -> port here, for those that nginx listens on and those of the upstreams. */
  readonly ports: ReadonlyMap<number, number>;
  /** `host:port` of a DNS server. */
  readonly resolver: string;
  /** Instead of /tmp, which every program here shares; takes the access log as well. */
  readonly folder: string;
}

/** Every form in which the configuration names a port; the second group is the port. */
const PORTS = [/(^\s*listen )(\d+)(?=;)/gm, /("~\^)(\d+)(?= )/g, /(http:\/\/[a-z.]+:)(\d+)/g];

/** The ports in a gateway's configuration, ascending. */
export function gatewayPorts(config: string): number[] {
  const found = PORTS.flatMap((pattern) => [...config.matchAll(pattern)].map((match) => Number(match[2])));
  return [...new Set(found)].sort((a, b) => a - b);
}

function replaced(text: string, pattern: RegExp, by: (...groups: string[]) => string): string {
  if (text.search(pattern) < 0) throw new Error(`the configuration has no ${pattern.source}`);
  return text.replace(pattern, (...match: unknown[]) => by(...(match.slice(0, -2) as string[])));
}

/**
 * A gateway's configuration for this machine. What changes is ports, the DNS server's address, the folder for temporary
 * files, and where the access log goes: a process of Node's has no /dev/stdout that could be opened. Throws when one of
 * them is not there.
 */
export function retargetGateway(config: string, places: GatewayPlaces): string {
  const port = (from: string): string => {
    const target = places.ports.get(Number(from));
    if (target === undefined) throw new Error(`no port to move ${from} to`);
    return String(target);
  };
  const [listen, line, upstream] = PORTS as [RegExp, RegExp, RegExp];
  let text = replaced(config, listen, (_, before = "", from = "") => `${before}127.0.0.1:${port(from)}`);
  text = replaced(text, line, (_, before = "", from = "") => `${before}${port(from)}`);
  text = replaced(text, upstream, (_, before = "", from = "") => `${before}${port(from)}`);
  text = replaced(text, /(^\s*resolver )[\d.]+/gm, (_, before = "") => `${before}${places.resolver}`);
  text = replaced(text, /\/dev\/stdout/g, () => "/tmp/access.log");
  return replaced(text, /\/tmp\//g, () => `${places.folder}/`);
}
