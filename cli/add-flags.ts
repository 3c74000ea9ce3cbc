import { InvalidArgumentError } from "commander";
import type { Problem } from "../lib/errors";

/** What a new tenant's file gets from the command line or the terminal. */
export interface NewTenant {
  readonly name?: string;
  readonly displayName?: string;
  readonly accountId?: string;
  readonly region?: string;
  readonly isolation?: string;
  readonly wave?: string;
  readonly vpcId?: string;
  readonly subnet?: readonly string[];
  readonly endpoints?: string;
  readonly service?: readonly NewService[];
  readonly email?: readonly string[];
}

export interface NewService {
  readonly name: string;
  readonly image: string;
  readonly port?: number;
}

/** A value of a flag that may be given several times. */
export const several = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

/** An image ends with a tag or a digest, so what follows one is the port. */
const WITH_PORT = /^(.+(?::[^:/@]+|@sha256:[0-9a-f]{64})):(\d{1,5})$/;

/** `name=image[:port]`. Throws an `InvalidArgumentError`. */
export function parseService(text: string): NewService {
  const [, name, rest] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || rest === undefined) {
    throw new InvalidArgumentError("Write name=image:tag or name=image:tag:port.");
  }
  const [, image, port] = WITH_PORT.exec(rest) ?? [];
  return image === undefined || isRegistryPort(image)
    ? { name, image: rest }
    : { name, image, port: Number(port) };
}

/** `host:5000/app` has no tag, so in `host:5000/app:1` the last number is one. */
const isRegistryPort = (image: string): boolean => !/[:@][^/]*$/.test(image);

export const severalServices = (text: string, before: readonly NewService[] = []): readonly NewService[] => [
  ...before,
  parseService(text),
];

/** The file of a new tenant. */
export function manifestOf(tenant: NewTenant, schema: string): Readonly<Record<string, unknown>> {
  const { name, displayName, accountId, region, isolation, wave, vpcId, subnet, endpoints } = tenant;
  return {
    $schema: schema,
    name,
    displayName,
    accountId,
    region,
    isolation,
    wave,
    network: { vpcId, privateSubnetIds: subnet, endpoints },
    services: tenant.service,
    ...(tenant.email && { alerts: { emails: tenant.email } }),
  };
}

/** Each flag, and where its value stands in the file. */
const FLAGS: readonly (readonly [pointer: string, flag: string])[] = [
  ["/name", "--name"],
  ["/displayName", "--display-name"],
  ["/accountId", "--account-id"],
  ["/region", "--region"],
  ["/isolation", "--isolation"],
  ["/wave", "--wave"],
  ["/network/vpcId", "--vpc-id"],
  ["/network/privateSubnetIds", "--subnet"],
  ["/network/endpoints", "--endpoints"],
  ["/services", "--service"],
  ["/alerts/emails", "--email"],
];

/** The problem as one of the flag that the value came by: the file was never there to be looked at. */
export function ofFlag(problem: Problem, file: string): Problem {
  if (problem.file !== file) return problem;
  const flag = FLAGS.find(([pointer]) => `${problem.pointer}/`.startsWith(`${pointer}/`))?.[1];
  const placeless = { ...problem, line: undefined, column: undefined };
  return flag === undefined ? placeless : { ...placeless, file: flag, pointer: "" };
}
