import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { withLifecycle } from "../../fleet/edit";
import { toFleet } from "../../fleet/load";
import { checkFleet, readFiles, type FleetReading } from "../../fleet/read";
import type { Fleet } from "../../fleet/types";
import { FleetError, formatProblem } from "../../lib/errors";
import { cachedImage, namedImages } from "../../lib/image-cache";
import { generatedNames } from "../../lib/names";
import { makeFolder, removeFolders } from "../fixtures/fleet/fleet-folder";
import { fuzzed, type Fuzzed } from "../fixtures/fleet/fuzz";
import { bytesOf } from "../fixtures/fleet/fuzz-bytes";
import { namedKinds, refusedImages, refusedNames, unjudgedNames } from "../support/aws-names";
import { synth } from "../support/synth";
import { tenantscope } from "../support/tenantscope";

afterEach(removeFolders);

/** `FUZZ_SEED=7 FUZZ_RUNS=200000 npx jest fuzz` looks elsewhere, and further; `npm run test:mutants` takes 10,000. */
const SEED = Number(process.env["FUZZ_SEED"] ?? 20_261_121);
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 1_000);
/** Of these many cases some go through a command and the disk, and some of the fleets that are accepted are synthesised; besides, some images are named. */
const BY_COMMAND = Math.round(RUNS / 25);
const NAMED = Math.round(RUNS / 5);
const SYNTHESISED = RUNS < 10_000 ? 1 : Math.min(200, Math.round(RUNS / 250));

/** At least three of a hundred cases are accepted. Of those, one in so many is synthesised until there are enough. */
const SHARE = 0.03;
const SAMPLED = Math.max(1, Math.floor((RUNS * SHARE) / SYNTHESISED));

const read = (file: string): object =>
  JSON.parse(readFileSync(join(__dirname, "..", "..", file), "utf8")) as object;
const DOCUMENTS: Readonly<Record<string, object>> = {
  "central.json": {
    ...read("central.json"),
    backend: { type: "cloud", organization: "example", project: "observability" },
    network: { cidr: "10.0.0.0/16", zones: ["a", "b", "c"], clients: { cidrs: ["10.99.0.0/22"] } },
    ingest: { exposure: "public", burst: 200, tasks: { min: 2, max: 4 } },
    jaeger: { cpu: 1024, memory: 2048, query: { tasks: 2 }, storage: { dedicatedMasters: false } },
    loki: { replicas: 3, direct: [{ cidr: "10.77.0.0/16", tenant: "acme" }] },
    waves: [{ name: "canary", concurrency: 1 }, { name: "fleet" }],
  },
  ...Object.fromEntries(
    ["acme", "globex", "initech"].map((name) => [`tenants/${name}.json`, read(`tenants/${name}.json`)]),
  ),
};
const FILES = Object.keys(DOCUMENTS);
/** Those of ECR: the central account's, a tenant's and nobody's. */
const REGISTRIES = ["111111111111", "222222222222", "999999999999"].map(
  (account) => `${account}.dkr.ecr.eu-west-1.amazonaws.com/`,
);

/** One file of the fleet that somebody has changed. */
interface Case extends Fuzzed {
  readonly file: string;
}
const someCase: fc.Arbitrary<Case> = fc
  .tuple(fc.constantFrom("central.json", "tenants/globex.json", ...FILES), fuzzed)
  .map(([file, what]) => ({ file, ...what }));

const RIGHT = new Map(FILES.map((file) => [file, Buffer.from(JSON.stringify(DOCUMENTS[file], null, 2))]));
const known = readFiles(sourceOf(RIGHT)).view;

function sourceOf(files: ReadonlyMap<string, Uint8Array>) {
  return {
    tenantFiles: () => ({
      files: [...files.keys()].filter((file) => file !== "central.json"),
      problems: [],
      warnings: [],
    }),
    read: (file: string) => files.get(file) ?? { message: "does not exist", remedy: "write it" },
  };
}

const filesOf = (one: Case): Map<string, Uint8Array> =>
  new Map([...RIGHT, [one.file, bytesOf(DOCUMENTS[one.file] ?? {}, one)]]);

/** Nothing in it moves a cursor, hides what follows or turns it around. */
const PRINTABLE = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+$/u;

/** Everything that a problem owes whoever has to mend it. */
function expectAnswers({ problems, warnings }: FleetReading, files: ReadonlyMap<string, Uint8Array>): void {
  const lineCounts = new Map<string, number>();
  const linesOf = (file: string): number => {
    const count =
      lineCounts.get(file) ??
      Buffer.from(files.get(file) ?? [])
        .toString()
        .split("\n").length;
    lineCounts.set(file, count);
    return count;
  };
  const inFile = warnings.filter(({ line }) => line !== undefined); // others are about the fleet
  for (const problem of [...problems, ...inFile]) {
    const { file, line = 0, column = 0 } = problem;
    if (!files.has(file) || line < 1 || line > linesOf(file) || column < 1)
      throw new Error(`nowhere: ${JSON.stringify(problem)}`);
  }
  for (const problem of [...problems, ...warnings]) {
    const text = formatProblem(problem);
    const { message, remedy } = problem;
    const empty = message.length < 4 || remedy.length < 4 || /\bundefined\b|\[object /.test(remedy);
    if (empty || !PRINTABLE.test(text) || text.length > 1500)
      throw new Error(`not an answer: ${JSON.stringify({ ...problem, text }).slice(0, 3000)}`);
  }
}

const fleetOf = (reading: FleetReading): Fleet | undefined => {
  try {
    return toFleet(reading);
  } catch (error) {
    if (error instanceof FleetError) return undefined;
    throw error;
  }
};

function expectNames(fleet: Fleet): void {
  for (const { kind, name, limit } of generatedNames(fleet.central, fleet.tenants))
    if (name.length > limit || !/^[A-Za-z0-9_./:-]+$/.test(name)) throw new Error(`${kind} ${name}`);
  const { central, tenants } = fleet;
  const cached = central.registry?.cache !== undefined;
  const images = [
    ...namedImages(central).map((image) => (cached ? cachedImage(image, central) : image)),
    ...tenants.flatMap(({ services }) =>
      services.flatMap((service) =>
        service.mode === "managed" ? service.containers.map(({ image }) => image) : [],
      ),
    ),
  ];
  expect(refusedImages(images.map((image) => `"${image}"`).join())).toEqual([]);
}

/** The fleet, whose names AWS takes, or undefined when the files are refused, with answers. */
function acceptedOf(files: ReadonlyMap<string, Uint8Array>): Fleet | undefined {
  const reading = checkFleet(readFiles(sourceOf(files), known));
  expectAnswers(reading, files);
  const fleet = fleetOf(reading);
  if (fleet !== undefined) expectNames(fleet);
  return fleet;
}

/** A change of `lifecycle` changes that alone. */
function expectEdits(text: string): void {
  for (const lifecycle of ["active", "suspended", "offboarding"] as const) {
    const edited = JSON.parse(withLifecycle(text, lifecycle)) as object;
    expect(edited).toEqual({ ...(JSON.parse(text) as object), lifecycle });
  }
}

test("whatever the files are, the answer is a fleet with names that AWS takes, or what to mend", () => {
  process.stdout.write(`fuzz: seed ${String(SEED)}, ${String(RUNS)} cases\n`);
  const accepted: Fleet[] = [];
  let count = 0;
  fc.assert(
    fc.property(someCase, (one) => {
      const files = filesOf(one);
      const fleet = acceptedOf(files);
      if (fleet === undefined) return;
      count += 1;
      if (one.file !== "central.json" && count % 4 === 0)
        expectEdits(Buffer.from(files.get(one.file) ?? []).toString());
      if (count % SAMPLED === 0 && accepted.length < SYNTHESISED) accepted.push(fleet);
    }),
    { numRuns: RUNS - BY_COMMAND, seed: SEED },
  );
  // Neither all of them nor next to none.
  expect(count / RUNS).toBeGreaterThan(SHARE);
  expect(count / RUNS).toBeLessThan(0.6);
  expect(accepted).toHaveLength(SYNTHESISED);
  const stacks = accepted.flatMap((fleet) => synth(fleet).stacks);
  expect(stacks.flatMap(refusedNames)).toEqual([]);
  expect(unjudgedNames(stacks)).toEqual([]);
  expect(namedKinds(stacks).size).toBeGreaterThan(25);
  process.stdout.write(`fuzz: ${String(count)} accepted, ${String(accepted.length)} of them synthesised\n`);
});

/** As registries name images, and a little beyond. */
const part = fc.stringMatching(/^[a-z0-9]{1,6}$/);
const someImage = fc
  .tuple(
    fc.constantFrom(...["", "docker.io/", "public.ecr.aws/", "quay.io/", "localhost:5000/"], ...REGISTRIES),
    fc.array(fc.tuple(part, fc.constantFrom("/", "/", "-", ".", "_", "__", "--", "---", "._", "//", "")), {
      maxLength: 4,
    }),
    fc.oneof({ weight: 9, arbitrary: part }, { weight: 1, arbitrary: fc.constant("a".repeat(230)) }),
    fc.constantFrom(":1.0", ":v2", "", `@sha256:${"0".repeat(64)}`),
  )
  .map(([host, parts, last, version]) => `${host}${parts.flat().join("")}${last}${version}`);

test("whatever an image is called, no repository has a name that ECR refuses", () => {
  let count = 0;
  fc.assert(
    fc.property(someImage, fc.constantFrom("loki", "nginx", "tenant"), (image, place) => {
      const central: object = DOCUMENTS["central.json"] ?? {};
      const [file, document] =
        place === "tenant"
          ? [
              "tenants/acme.json",
              JSON.stringify(DOCUMENTS["tenants/acme.json"]).replace(/"image":"[^"]*"/, `"image":"${image}"`),
            ]
          : ["central.json", JSON.stringify({ ...central, images: { [place]: image } })];
      const files = new Map([...RIGHT, [file, Buffer.from(document)]]);
      const fleet = acceptedOf(files);
      if (fleet === undefined) return;
      count += 1;
    }),
    { numRuns: NAMED, seed: SEED },
  );
  expect(count / NAMED).toBeGreaterThan(0.2);
});

const COMMANDS: readonly (readonly string[])[] = [
  ["suspend", "acme"],
  ["suspend", "globex", "--undo"],
  ["offboard", "globex", "--date", "2026-11-21"],
  ["offboard", "acme", "--undo"],
  [
    "add",
    "--name",
    "labs",
    "--account-id",
    "555555555555",
    "--vpc-id",
    "vpc-0a1b2c3d",
    "--subnet",
    "subnet-0a1b2c3d",
  ],
];
const FLAGS = ["--service", "web=example/web:1.0:8080", "--email", "a@labs.example"];

/** What is below the folder, by path. */
const contents = (root: string): Map<string, string> =>
  new Map(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file.slice(root.length + 1), readFileSync(file, "latin1")]),
  );

test("whatever the files are, a command leaves them as they were or as they are to be", async () => {
  let changed = 0;
  await fc.assert(
    fc.asyncProperty(someCase, fc.constantFrom(...COMMANDS), async (one, command) => {
      const root = makeFolder(
        Object.fromEntries([...filesOf(one)].map(([file, bytes]) => [file, Buffer.from(bytes)])),
      );
      const before = contents(root);
      const flags = command[0] === "add" ? FLAGS : [];
      const { status, err, out } = await tenantscope([...command, ...flags, "--root", root]);
      expect(`${err}${out}`).not.toMatch(/error of its own|\n {4}at /);
      expect([0, 1]).toContain(status);
      const after = contents(root);
      const differing = [...after].filter(([file, text]) => before.get(file) !== text).map(([file]) => file);
      expect([...before.keys()].filter((file) => !after.has(file))).toEqual([]);
      if (status === 1) expect(differing).toEqual([]);
      const [name, subject] = command;
      const own = name === "add" ? "tenants/labs.json" : `tenants/${subject ?? ""}.json`;
      expect(differing.filter((file) => file !== own && !file.startsWith("reports/"))).toEqual([]);
      if (!differing.includes(own)) return;
      changed += 1;
      // What it has written is a whole tenant of a fleet that is right.
      const written = new Map([...after].filter(([file]) => !file.startsWith("reports/")));
      const bytes = new Map([...written].map(([file, text]) => [file, Buffer.from(text, "latin1")]));
      expect(checkFleet(readFiles(sourceOf(bytes))).problems).toEqual([]);
      removeFolders();
    }),
    { numRuns: BY_COMMAND, seed: SEED },
  );
  expect(changed).toBeGreaterThan(BY_COMMAND / 50);
});
