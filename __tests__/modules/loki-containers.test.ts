import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderLokiConfig } from "../../modules/loki/config";
import { lokiContainers, type LokiContainersProps } from "../../modules/loki/containers";
import { LOKI_ENV } from "../../modules/loki/environment";
import type { Replicas } from "../../modules/loki/names";
import { OVERRIDES_FAILED, WRITE_CONFIG } from "../../modules/loki/scripts";
import { environmentOf } from "../support/containers";
import { asText, objects, texts, type Json, type JsonObject } from "../support/json";

const props = (replicas: Replicas = 1): LokiContainersProps => ({
  images: {
    loki: "registry.example/loki:1",
    busybox: "registry.example/busybox:1",
    awsCli: "registry.example/aws-cli:1",
  },
  input: {
    region: "eu-west-1",
    replicas,
    replica: 0,
    discoveryName: "loki.tenantscope.internal",
    chunksBucket: "chunks",
    limits: { mibPerSecond: 4, retentionDays: 30, maxStreams: 5000 },
  },
  taskMemory: 4096,
  configBucket: "config",
  logGroup: "/tenantscope/central/loki",
  environment: { LOKI_CHUNKS_KEY_ARN: "${aws_kms_key.chunks.arn}" },
});

/** As ECS gets them. */
const containers = (replicas?: Replicas): JsonObject[] =>
  objects(JSON.parse(JSON.stringify(lokiContainers(props(replicas)))) as Json);

const named = (name: string, replicas?: Replicas): JsonObject => {
  const found = containers(replicas).filter((each) => each.name === name);
  expect(found).toHaveLength(1);
  return found[0] ?? {};
};

const mounts = (container: JsonObject): string[] =>
  objects(container.mountPoints).map(
    ({ sourceVolume, containerPath, readOnly }) =>
      `${asText(sourceVolume)} ${asText(containerPath)}${readOnly === true ? " read-only" : ""}`,
  );

describe("the containers of a task", () => {
  test("are four, and Loki starts when the two before it have done their work", () => {
    expect(
      containers().map(({ name, image, essential, dependsOn }) => [
        name,
        image,
        essential,
        objects(dependsOn).map(
          ({ containerName, condition }) => `${asText(containerName)} ${asText(condition)}`,
        ),
      ]),
    ).toEqual([
      ["config", "registry.example/busybox:1", false, []],
      ["first-overrides", "registry.example/aws-cli:1", false, ["config SUCCESS"]],
      ["loki", "registry.example/loki:1", true, ["config SUCCESS", "first-overrides SUCCESS"]],
      ["overrides", "registry.example/aws-cli:1", false, ["first-overrides SUCCESS"]],
    ]);
  });

  test("none writes to its root, none but the first is root, none keeps capabilities that it does not use", () => {
    for (const container of containers()) {
      const drop = texts(objects(objects(container.linuxParameters)[0]?.capabilities)[0]?.drop);
      expect(container.readonlyRootFilesystem).toBe(true);
      expect(container).not.toHaveProperty("privileged");
      if (container.name === "config") {
        expect(container.user).toBe("0:0");
        expect(drop).toHaveLength(13);
        expect(drop).not.toContain("CHOWN");
        expect(drop).not.toContain("ALL");
      } else {
        expect(container.user).toBe("10001:10001");
        expect(drop).toEqual(["ALL"]);
      }
    }
  });

  test("write only to what is theirs", () => {
    expect(Object.fromEntries(containers().map((each) => [asText(each.name), mounts(each)]))).toEqual({
      config: ["config /etc/loki", "overrides /etc/loki-overrides", "scratch /loki-scratch"],
      "first-overrides": ["overrides /etc/loki-overrides"],
      loki: [
        "config /etc/loki read-only",
        "overrides /etc/loki-overrides read-only",
        "scratch /loki-scratch",
        "data /loki-data",
      ],
      overrides: ["overrides /etc/loki-overrides"],
    });
  });

  test("log without blocking, and hold no secret", () => {
    for (const container of containers()) {
      expect(container.logConfiguration).toEqual({
        logDriver: "awslogs",
        options: {
          "awslogs-group": "/tenantscope/central/loki",
          "awslogs-region": "eu-west-1",
          "awslogs-stream-prefix": container.name,
          mode: "non-blocking",
          "max-buffer-size": "25m",
        },
      });
      expect(container).not.toHaveProperty("secrets");
    }
  });

  test("Loki's own: no shell, health by its program, two minutes to stop, its share of the memory", () => {
    const loki = named("loki");
    expect(loki.command).toEqual(["-config.file=/etc/loki/config.yaml", "-config.expand-env=true"]);
    expect(loki).not.toHaveProperty("entryPoint");
    expect(loki.healthCheck).toEqual({
      command: ["CMD", "/usr/bin/loki", "-health"],
      interval: 30,
      timeout: 10,
      retries: 10,
      startPeriod: 300,
    });
    expect(loki.stopTimeout).toBe(120);
    expect(loki.memory).toBe(4096 - 256);
    expect(environmentOf(loki)).toEqual({
      AWS_REGION: "eu-west-1",
      GOMEMLIMIT: "3456MiB",
      LOKI_CHUNKS_KEY_ARN: "${aws_kms_key.chunks.arn}",
    });
    expect(Object.keys(environmentOf(loki))).toEqual(expect.arrayContaining([...LOKI_ENV]));
  });

  test.each([
    [1, [3100]],
    [3, [3100, 9095, 7946]],
  ] as const)("ports with %d replicas", (replicas, ports) => {
    expect(objects(named("loki", replicas).portMappings).map(({ containerPort }) => containerPort)).toEqual(
      ports,
    );
  });

  test("the configuration is the rendered one, kept from Terraform", () => {
    const raw = objects(named("config").environment).find(({ name }) => name === "CONFIG");
    expect(asText(raw?.value)).toContain("$${LOKI_CHUNKS_KEY_ARN}");
    expect(asText(raw?.value)).not.toMatch(/(?<!\$)\$\{/);
    expect(environmentOf(named("config"))).toEqual({
      CONFIG: renderLokiConfig({ ...props().input, memoryMiB: 3840 }),
      CONFIG_FILE: "/etc/loki/config.yaml",
      FOLDERS: "/etc/loki-overrides /loki-scratch",
      OWNER: "10001:10001",
    });
  });

  test.each([
    ["first-overrides", "5"],
    ["overrides", "30"],
  ])("%s reads the one document", (name, pause) => {
    expect(environmentOf(named(name))).toEqual({
      AWS_REGION: "eu-west-1",
      BUCKET: "config",
      FILE: "/etc/loki-overrides/overrides.yaml",
      HOME: "/tmp",
      KEY: "overrides.yaml",
      PAUSE: pause,
    });
  });

  test("what renews the overrides comes back by itself", () => {
    expect(named("overrides").restartPolicy).toEqual({ enabled: true, restartAttemptPeriod: 60 });
    expect(containers().filter((each) => "restartPolicy" in each)).toHaveLength(1);
  });

  test("are far from the limit of a task definition and the same every time", () => {
    const text = JSON.stringify(lokiContainers(props(3)));
    expect(Buffer.byteLength(text)).toBeLessThan(16_384);
    expect(JSON.stringify(lokiContainers(props(3)))).toBe(text);
    expect(text).not.toMatch(/TfToken|Token\[/);
  });
});

describe("the shell", () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tenantscope-loki-"));
    file = join(folder, "overrides.yaml");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** The script of a container, with an `aws` that does what the text says. */
  const run = (name: string, aws: string) => {
    writeFileSync(join(folder, "aws"), `#!/bin/sh\necho "$*" >> ${folder}/calls\n${aws}\n`);
    chmodSync(join(folder, "aws"), 0o755);
    const definition = named(name);
    return {
      command: texts(definition.entryPoint)[0] ?? "",
      args: [...texts(definition.entryPoint).slice(1), ...texts(definition.command)],
      env: {
        ...environmentOf(definition),
        FILE: file,
        PAUSE: "0.05",
        PATH: `${folder}:/usr/bin:/bin`,
      },
    };
  };
  const first = (aws: string): string => {
    const { command, args, env } = run("first-overrides", aws);
    return execFileSync(command, args, { env, encoding: "utf8" });
  };
  const calls = (): string[] =>
    existsSync(join(folder, "calls")) ? readFileSync(join(folder, "calls"), "utf8").trim().split("\n") : [];

  // The last argument is where the document goes.
  const GIVES = 'for last; do :; done; printf "overrides: {acme: {}}" > "$last"; echo "{}"';

  test("writes the configuration as it is", () => {
    const text = "a: '${X}'\nb: \"%s \\n\"\n";
    execFileSync("/bin/sh", ["-c", WRITE_CONFIG], {
      env: {
        CONFIG: text,
        CONFIG_FILE: join(folder, "config.yaml"),
        FOLDERS: `${folder} ${folder}`,
        OWNER: `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`,
        PATH: "/usr/bin:/bin",
      },
    });
    expect(readFileSync(join(folder, "config.yaml"), "utf8")).toBe(text);
  });

  test("the first fetch takes the document and leaves nothing else", () => {
    first(GIVES);
    expect(readFileSync(file, "utf8")).toBe("overrides: {acme: {}}");
    expect(calls()).toEqual([`s3api get-object --bucket config --key overrides.yaml ${file}.next`]);
    expect(readdirSync(folder).sort()).toEqual(["aws", "calls", "overrides.yaml"]);
  });

  test("before there is a document nobody has overrides", () => {
    const said = first('echo "An error occurred (NoSuchKey) when calling GetObject" >&2; exit 254');
    expect(said).toBe("there are no overrides yet\n");
    expect(readFileSync(file, "utf8")).toBe("overrides: {}\n");
    expect(calls()).toHaveLength(1);
  });

  test("when the document cannot be read, Loki does not start with the defaults", () => {
    expect(() => first('echo "An error occurred (AccessDenied)" >&2; exit 254')).toThrow(
      expect.objectContaining({
        status: 1,
        stdout: `${OVERRIDES_FAILED}: An error occurred (AccessDenied)\n`,
      }) as Error,
    );
    expect(existsSync(file)).toBe(false);
    expect(calls()).toHaveLength(5);
  });

  test("a passing failure is only that", () => {
    first(`[ "$(wc -l < ${folder}/calls)" -ge 3 ] || { echo "SlowDown" >&2; exit 254; }\n${GIVES}`);
    expect(readFileSync(file, "utf8")).toBe("overrides: {acme: {}}");
    expect(calls()).toHaveLength(3);
  });

  test("renewing replaces the file as a whole, keeps the last good one, and ends when told to", async () => {
    writeFileSync(file, "overrides: {}\n");
    const inodes = new Set<number>();
    // The second attempt fails half-way, all others succeed with the number of the attempt.
    const { command, args, env } = run(
      "overrides",
      `n="$(wc -l < ${folder}/calls)"\nfor last; do :; done\n` +
        `if [ "$n" -eq 2 ]; then printf "over" > "$last"; echo "Read timeout" >&2; exit 255; fi\n` +
        `printf "overrides: {} # $n" > "$last"`,
    );
    const child = spawn(command, args, { env });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const seen = new Set<string>();
    while (calls().length < 5) {
      seen.add(readFileSync(file, "utf8"));
      inodes.add(statSync(file).ino);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect([...seen].filter((text) => !/^overrides: \{\}( # \d+|\n)$/.test(text))).toEqual([]);
    expect(seen.size).toBeGreaterThan(2);
    expect(inodes.size).toBeGreaterThan(1);
    expect(said).toBe(`${OVERRIDES_FAILED}: Read timeout\n`);
  });
});
