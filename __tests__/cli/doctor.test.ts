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

test("a tenant in order: a row for each hop, 0; that it runs is not claimed", async () => {
  const { status, out, err } = await doctor("acme", "--root", root);
  expect([status, err]).toEqual([0, ""]);
  const rows = out.split("\n").filter((line) => / {2,}ok {2,}/.test(line));
  expect(rows.map((row) => HOPS.find((hop) => row.startsWith(`${hop} `)))).toEqual(HOPS);
  expect(out).toMatch(
    /\n\nno hop fails, as the stacks are written; whether it runs so in AWS, `--live` asks\n$/,
  );
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

const LIVE_HOPS =
  "STS, contract, writer role, AMP, endpoint, ingest API, gateway, Loki, Jaeger, storage API, Grafana, data sources";

test("--live without credentials: 4, which hops could not be asked, and how to get credentials", async () => {
  const { status, out, err } = await doctor("acme", "--root", root, "--live");
  expect(status).toBe(4);
  expect(err).toBe(
    `AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, so --live asks Grafana at most. Export the credentials of a task of the tenant, of jaeger-query or of the deploy role (docs/DOCTOR.md says how, and who may ask what)\n`,
  );
  // Once is enough.
  expect(`${err}${out}`.split(LIVE_HOPS)).toHaveLength(2);
  // "task role" was checked by the stacks, and no call can ask it.
  expect(out).toMatch(
    new RegExp(
      `\nno hop that was checked fails, but nobody knows of ${LIVE_HOPS}: the live calls did not check them\n$`,
    ),
  );
  expect(out).not.toMatch(/^no hop fails/m);
  const json = await doctor("acme", "--root", root, "--live", "--json");
  expect(json.status).toBe(4);
  expect(JSON.parse(json.out)).toMatchObject({ firstFailing: null, notChecked: LIVE_HOPS.split(", ") });
});

test("only one half of the credentials is none", async () => {
  process.env["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE";
  expect((await doctor("acme", "--root", root, "--live")).status).toBe(4);
});

test("a tenant that is offboarding: there is nothing to check", async () => {
  const leaving = makeFolder({
    "central.json": toText(goodCentral()),
    "tenants/acme.json": toText({ ...goodTenant(), lifecycle: "offboarding" }),
  });
  const { status, out, err } = await doctor("acme", "--root", leaving, "--live");
  expect([status, err]).toEqual([0, ""]);
  expect(out).toMatch(/\n\nthere is nothing to check\n$/);
  expect(out).not.toMatch(/\bok\b|no hop/);
});

test.each([40, 60, 80, 200])("nothing is wider than a terminal of %i columns", async (columns) => {
  const suspended = makeFolder({
    "central.json": toText(goodCentral()),
    "tenants/acme.json": toText({ ...goodTenant(), lifecycle: "suspended" }),
  });
  const { out } = await tenantscope(["doctor", "acme", "--root", suspended], { columns });
  expect(Math.max(...out.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(columns);
  expect(out.replace(/\s/g, "")).toContain("`tenantscopesuspendacme--undo`anddeployitsstack");
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
  const wrong = async (expected: number, ...args: string[]) => {
    const { status, out, err } = await doctor("acme", "--root", root, ...args);
    expect([status, out]).toEqual([expected, ""]);
    return err;
  };
  expect(await wrong(1, "--live", "--contract", file)).toBe(`${file}: this is not the contract, ${remedy}`);
  expect(await wrong(1, "--live", "--contract", `${file}x`)).toBe(
    `${file}x: the contract cannot be read, ${remedy}`,
  );
  expect(
    await wrong(2, "--live", "--endpoint", "s3=http://x", "--endpoint", "sts=x", "--endpoint", "sts=y"),
  ).toBe(
    '--endpoint s3=http://x: there is no endpoint "s3", only sts, ssm, aps, ingest, storage, grafana\n' +
      '--endpoint sts=x: "x" is no URL, write sts=https://...\n' +
      "--endpoint sts=y: sts is given twice\n",
  );
  expect((await doctor("acm", "--root", root)).err).toMatch(
    /there is no tenant "acm", did you mean "acme"\?/,
  );
});

test.each([[["--contract", "c.json"]], [["--endpoint", "sts=https://x"]]])(
  "%j without --live is refused",
  async (words) => {
    expect(await doctor("acme", "--root", root, ...words)).toEqual({
      status: 2,
      out: "",
      err: "--contract and --endpoint say what --live calls: give --live, too\n",
    });
  },
);
