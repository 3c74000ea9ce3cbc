import { CONTRACT_PARAMETER, externalId, roleArn, writerRoleName } from "../../lib/names";
import { accountOf } from "../policy";
import { found, NotChecked } from "../verdict";
import { call, succeeded } from "./call";
import { refusal, type Answer } from "./explain";
import { parseContract } from "./settings";
import { credentialsOf, roleName, type World } from "./world";

const tag = (body: string, name: string): string =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1] ?? "";

function askSts(world: World, parameters: Readonly<Record<string, string>>): Promise<Answer> {
  const { walk, settings } = world;
  const { region } = walk.tenant;
  return call({
    timeoutMs: settings.timeoutMs,
    method: "POST",
    url: `${settings.endpoints.sts ?? `https://sts.${region}.amazonaws.com`}/`,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: Buffer.from(new URLSearchParams({ Version: "2011-06-15", ...parameters }).toString()),
    sign: { service: "sts", region, credentials: credentialsOf(world) },
  });
}

/** STS of the tenant's Region answers and knows the credentials. */
export async function sts(world: World): Promise<string> {
  const answer = await askSts(world, { Action: "GetCallerIdentity" });
  if (!succeeded(answer)) throw refusal("sts:GetCallerIdentity", answer);
  const arn = tag(answer.body, "Arn");
  world.caller = {
    arn,
    account: accountOf(arn),
    // arn:aws:sts::<account>:assumed-role/<role>/<session>
    role: /:assumed-role\/([^/]+)\//.exec(arn)?.[1] ?? "",
  };
  return `the credentials are ${arn}'s`;
}

/** The contract, from a file or the central account's parameter. */
export async function contract(world: World): Promise<string> {
  const { walk, settings, caller } = world;
  if (settings.contract !== undefined) {
    world.contract = settings.contract;
    return "from the file";
  }
  const { accountId, region } = walk.central;
  const credentials = credentialsOf(world);
  if (caller?.account !== accountId) {
    throw new NotChecked(
      `it is in the account ${accountId}, whose credentials these are not: save it there and give it by --contract FILE`,
    );
  }
  const answer = await call({
    timeoutMs: settings.timeoutMs,
    method: "POST",
    url: `${settings.endpoints.ssm ?? `https://ssm.${region}.amazonaws.com`}/`,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AmazonSSM.GetParameter" },
    body: Buffer.from(JSON.stringify({ Name: CONTRACT_PARAMETER })),
    sign: { service: "ssm", region, credentials },
  });
  if (!succeeded(answer)) throw refusal(`ssm:GetParameter of ${CONTRACT_PARAMETER}`, answer);
  world.contract = found(
    parseContract(answer.body),
    `${CONTRACT_PARAMETER} is not a contract of this program`,
    "deploy central",
  );
  return `${CONTRACT_PARAMETER} in ${accountId}`;
}

/** The task role becomes the writer, with the external id. */
export async function writerRole(world: World): Promise<string> {
  const { walk, caller } = world;
  const { central, tenant, sidecars } = walk;
  credentialsOf(world);
  const tasks = sidecars.map(({ taskRoleArn }) => taskRoleArn);
  const isTask = tasks.some((arn) => roleName(arn) === caller?.role && accountOf(arn) === caller.account);
  if (!isTask) {
    throw new NotChecked(
      `only the task roles may become the writer (${tasks.map(roleName).join(", ")}): run this with a task's credentials`,
    );
  }
  const arn = roleArn(central.accountId, writerRoleName(tenant.name));
  const answer = await askSts(world, {
    Action: "AssumeRole",
    RoleArn: arn,
    RoleSessionName: "tenantscope-doctor",
    ExternalId: externalId(central, tenant),
    DurationSeconds: "900",
  });
  if (!succeeded(answer)) throw refusal("sts:AssumeRole", answer);
  const read = (name: string): string =>
    found(tag(answer.body, name) || undefined, `sts:AssumeRole answered without ${name}`, "call STS itself");
  world.writer = {
    accessKeyId: read("AccessKeyId"),
    secretAccessKey: read("SecretAccessKey"),
    sessionToken: read("SessionToken"),
  };
  return `became ${arn}`;
}
