import { freePort } from "./free-ports";

/** What changes of a rendered configuration of Jaeger on this machine. */
export interface JaegerPlaces {
  /** In the place of the storage API's URL, with the stage; the path below it stays. */
  readonly storageUrl: string;
  /** Ports that are decided already, as in {@link LocalJaeger}. */
  readonly ports?: ReadonlyMap<number, number>;
  /** Further changes to the storage's settings, for what a test is about. */
  readonly storage?: Readonly<Record<string, unknown>>;
}

export interface LocalJaeger {
  /** YAML */
  readonly config: string;
  /** Port in the rendered configuration -> port here. */
  readonly ports: ReadonlyMap<number, number>;
}

/** An address to listen on, and the form in which Jaeger's own metrics name theirs. */
const ENDPOINT = /(endpoint: ["']?)(?:0\.0\.0\.0|127\.0\.0\.1|localhost)(:)(\d+)/g;
const OWN_METRICS = /(host: ["']?)(?:0\.0\.0\.0|127\.0\.0\.1|localhost)(["']?\s+port: )(\d+)/g;
const SERVERS = /server_urls: \[[^\]]*\/s\/([a-z][a-z0-9-]*)'?\]/;
/** Where the signer is named: its settings, its use by the storage, and the list of extensions. */
const SIGNER = [
  /^ {2}sigv4auth: .*\n/gm,
  /auth: \{authenticator: sigv4auth\}, /g,
  /sigv4auth, |, sigv4auth(?=\])/g,
];

/** The text with its one match replaced. Throws when there is none, or more. */
function once(text: string, pattern: RegExp, replacement: string): string {
  const count = [...text.matchAll(new RegExp(pattern, "gm"))].length;
  if (count !== 1) throw new Error(`${count} places of ${pattern.source} in Jaeger's configuration, not one`);
  return text.replace(pattern, () => replacement);
}

/**
 * Jaeger's configuration for this machine: ports move to free ones of the loopback interface, the storage API is where
 * `places` says, and the signer, which the version here lacks, is left out. The rest of the text stays as it is. Throws when
 * one of them is not there.
 */
export async function localJaeger(rendered: string, places: JaegerPlaces): Promise<LocalJaeger> {
  const owner = SERVERS.exec(rendered)?.[1] ?? "";
  const { server_urls: servers = [`${places.storageUrl}/s/${owner}`], ...storage } = places.storage ?? {};
  const further = Object.entries(storage).map(([key, value]) => `${key}: ${JSON.stringify(value)}, `);
  let text = SIGNER.reduce((left, pattern) => once(left, pattern, ""), rendered);
  text = once(text, SERVERS, `${further.join("")}server_urls: ${JSON.stringify(servers)}`);
  const ports = new Map(places.ports);
  for (const [, , , port] of [ENDPOINT, OWN_METRICS].flatMap((pattern) => [...text.matchAll(pattern)])) {
    if (!ports.has(Number(port))) ports.set(Number(port), await freePort());
  }
  const move = (_: string, before: string, between: string, port: string): string =>
    `${before}127.0.0.1${between}${ports.get(Number(port)) ?? 0}`;
  return { config: text.replace(ENDPOINT, move).replace(OWN_METRICS, move), ports };
}
