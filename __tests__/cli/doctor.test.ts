import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HOPS } from "../../doctor/verdict";
import { goodCentral, goodTenant, makeFolder, removeFolders, toText } from "../fixtures/fleet/fleet-folder";
import { tenantscope } from "../support/tenantscope";

const root = join(__dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "tenantscope-doctor-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
  removeFolders();
});

const CREDENTIALS = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "GRAFANA_AUTH"];
const before = Object.fromEntries(CREDENTIALS.map((name) => [name, process.env[name]]));
beforeEach(() => {
  for (const name of CREDENTIALS) Reflect.deleteProperty(process.env, name);
});
afterAll(() => {
  for (const [name, value] of Object.entries(before)) if (value !== undefined) process.env[name] = value;
});

const doctor = (...args: string[]) => tenantscope(["doctor", ...args]);

test("a tenant in order: a row for each hop, 0", async () => {
  const { status, out, err } = await doctor("acme", "--root", root);
  expect([status, err]).toEqual([0, ""]);
  const rows = out.split("\n").filter((line) => / {2,}ok {2,}/.test(line));
  expect(rows.map((row) => HOPS.find((hop) => row.startsWith(`${hop} `)))).toEqual(HOPS);
  expect(out).toMatch(/\n\nno hop fails\n$/);
});

test("a suspended tenant: 3, the first failing hop, why, and what to do; one JSON document", async () => {
  const suspended = makeFolder({
    "central.json": toText(goodCentral()),
    "tenants/acme.json": toText({ ...goodTenant(), lifecycle: "suspended" }),
  });
  const { status, out } = await doctor("acme", "--root", suspended);
  expect(status).toBe(3);
  expect(out).toMatch(
    /\nfirst failing hop: AMP, because .*tenantscope-writer-acme may not aps:RemoteWrite .*explicit Deny.*\nremedy: the tenant is suspended: `tenantscope suspend acme --undo`/,
  );
  const json = await doctor("acme", "--root", suspended, "--json");
  expect(json.status).toBe(3);
  expect(JSON.parse(json.out)).toMatchObject({
    tenant: "acme",
    firstFailing: { hop: "AMP", result: "FAILS" },
    offline: HOPS.map((hop) => ({ hop })),
    live: null,
  });
});

test("--live without credentials: says so and keeps to what the stacks say", async () => {
  const { status, out, err } = await doctor("acme", "--root", root, "--live");
  expect(status).toBe(0);
  expect(err).toBe(
    "nothing was called: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set (docs/DOCTOR.md says whose credentials)\n",
  );
  expect(out).not.toMatch(/^live:/m);
});

test("--live with credentials and nobody there: the first hop is named, no stack trace", async () => {
  process.env["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE";
  process.env["AWS_SECRET_ACCESS_KEY"] = "secret";
  const nowhere = ["sts", "grafana"].flatMap((name) => ["--endpoint", `${name}=http://127.0.0.1:1`]);
  const { status, out, err } = await doctor("acme", "--root", root, "--live", ...nowhere);
  expect([status, err]).toEqual([3, ""]);
  expect(out).toMatch(
    /\nfirst failing hop: STS, because 127\.0\.0\.1:1 refuses the connection\nremedy: nothing listens there/,
  );
  expect(out).not.toMatch(/secret|AKID/);
});

test("everything that is wrong with the words", async () => {
  const file = join(folder, "contract.json");
  writeFileSync(file, "{}");
  const remedy =
    "save it with `aws ssm get-parameter --name /tenantscope/contract/v1` in the central account and Region\n";
  const wrong = async (...args: string[]) => {
    const { status, out, err } = await doctor("acme", "--root", root, ...args);
    expect([status, out]).toEqual([1, ""]);
    return err;
  };
  expect(await wrong("--contract", file)).toBe(`${file}: this is not the contract, ${remedy}`);
  expect(await wrong("--contract", `${file}x`)).toBe(`${file}x: the contract cannot be read, ${remedy}`);
  expect(await wrong("--endpoint", "s3=http://x", "--endpoint", "sts=x")).toBe(
    '--endpoint s3=http://x: there is no endpoint "s3", only sts, ssm, aps, ingest, storage, grafana\n' +
      '--endpoint sts=x: "x" is no URL, write sts=https://...\n',
  );
  expect((await doctor("acm", "--root", root)).err).toMatch(
    /there is no tenant "acm", did you mean "acme"\?/,
  );
});
