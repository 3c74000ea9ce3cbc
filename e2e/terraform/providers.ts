import awsBindings from "@cdktf/provider-aws/package.json";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { devNull, homedir, tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { run, succeeds } from "./processes";
import { TOKEN, VARIABLE } from "./token";

export const REPOSITORY = resolve(__dirname, "../..");

/** Where Terraform gets its providers from, and the environment to run it in. */
export interface Providers {
  /** For the test output. */
  readonly source: string;
  readonly env: NodeJS.ProcessEnv;
  /**
   * Whether the providers work without an account, so that a stack can be applied. The real ones do not: with them only
   * `init` and `validate` can run.
   */
  readonly simulated: boolean;
}

/** Settings of a person's shell that would change what Terraform does, or lend it real credentials. */
const FOREIGN = /^(AWS|TF|TFOFFLINE|CDKTF|CHECKPOINT|GRAFANA)_/;

function cleanEnvironment(): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.test(name))),
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: "true",
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
    TF_INPUT: "0",
    [VARIABLE]: TOKEN,
    // Most of Terraform's time would go into collecting the garbage of large schemas.
    GOGC: "off",
    GOMEMLIMIT: "512MiB",
  };
}

const cacheFolder = (): string =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "tenantscope");

/** 16 hexadecimal digits that change when any file below `folder` does. */
function fingerprint(folder: string): string {
  const hash = createHash("sha256");
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) hash.update(`${relative(folder, file)}\0`).update(readFileSync(file));
  return hash.digest("hex").slice(0, 16);
}

/** The settings of the mirror's `env.sh` that Terraform and the cdktf CLI need. */
const MIRROR_SETTINGS = ["TF_CLI_CONFIG_FILE", "CHECKPOINT_DISABLE", "TF_CLI_ARGS_providers_lock"] as const;

/** Builds the mirror of simulated providers: needs Go; a moment when it has been built before. */
async function installMirror(mirror: string): Promise<NodeJS.ProcessEnv> {
  const target = join(cacheFolder(), `terraform-offline-${fingerprint(mirror)}`);
  mkdirSync(target, { recursive: true });
  await succeeds(run(join(mirror, "install.sh"), [target], { env: process.env }));
  const print = MIRROR_SETTINGS.map((name) => `"\${${name}-}"`).join(" ");
  const { stdout } = await succeeds(
    run("bash", ["-c", `. "$1"; printf '%s\\n' ${print}`, "bash", join(target, "env.sh")], {
      env: process.env,
    }),
  );
  const values = stdout.split("\n");
  return Object.fromEntries(MIRROR_SETTINGS.map((name, index) => [name, values[index]]));
}

/** The mirror of simulated providers, when there is one. A path that was given by name has to be right. */
function findMirror(): string | undefined {
  const given = process.env.TENANTSCOPE_TERRAFORM_OFFLINE;
  if (given !== undefined && given !== "") {
    if (existsSync(join(given, "install.sh"))) return resolve(given);
    throw new Error(`TENANTSCOPE_TERRAFORM_OFFLINE is ${given}, but there is no install.sh in it`);
  }
  const beside = resolve(REPOSITORY, "../shared/terraform-offline");
  return existsSync(join(beside, "install.sh")) ? beside : undefined;
}

/** Asks the AWS provider for its account without credentials: a simulated one goes by its settings, a real one fails. */
async function worksWithoutAccount(env: NodeJS.ProcessEnv): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "tenantscope-probe-"));
  const { name, version } = awsBindings.cdktf.provider;
  const configuration = {
    terraform: { required_providers: { aws: { source: name, version } } },
    provider: { aws: { region: "eu-west-1", allowed_account_ids: ["111111111111"] } },
    data: { aws_caller_identity: { me: {} } },
  };
  try {
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify(configuration));
    await succeeds(run("terraform", ["init", "-no-color"], { cwd: folder, env }));
    return (await run("terraform", ["plan", "-no-color"], { cwd: folder, env })).code === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Before Terraform in the path: see the script. */
async function withParameters(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const { stdout } = await succeeds(run("bash", ["-c", "command -v terraform"], { env }));
  return {
    ...env,
    TENANTSCOPE_TERRAFORM: stdout.trim(),
    PATH: `${join(__dirname, "offline")}:${env.PATH ?? ""}`,
  };
}

/**
 * In this order: the CLI configuration that `TF_CLI_CONFIG_FILE` names, if the file exists; the mirror of simulated
 * providers (`TENANTSCOPE_TERRAFORM_OFFLINE`, or beside the repository); the registry.
 */
export async function chooseProviders(): Promise<Providers> {
  const base = cleanEnvironment();
  const configuration = process.env.TF_CLI_CONFIG_FILE;
  if (configuration !== undefined && existsSync(configuration)) {
    const lock = process.env.TF_CLI_ARGS_providers_lock;
    const env = {
      ...base,
      TF_CLI_CONFIG_FILE: configuration,
      ...(lock === undefined ? {} : { TF_CLI_ARGS_providers_lock: lock }),
    };
    const simulated = await worksWithoutAccount(env);
    return {
      source: `TF_CLI_CONFIG_FILE=${configuration}`,
      env: simulated ? await withParameters(env) : env,
      simulated,
    };
  }
  const mirror = findMirror();
  if (mirror !== undefined) {
    const env = await withParameters({ ...base, ...(await installMirror(mirror)) });
    return { source: `the offline mirror ${mirror}`, env, simulated: true };
  }
  const pluginCache = join(cacheFolder(), "terraform-plugins");
  mkdirSync(pluginCache, { recursive: true });
  return { source: "the registry", env: { ...base, TF_PLUGIN_CACHE_DIR: pluginCache }, simulated: false };
}
