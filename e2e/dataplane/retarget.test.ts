import { parse } from "yaml";
import { acme, globex } from "./fleet-under-test";
import { retarget, taskPorts } from "./retarget";

const RENDERED = [
  ["shop", acme.task.config],
  ["warehouse", globex.task.config],
] as const;

/** The document with every number that may be a port replaced, wherever it stands. */
function masked(value: unknown): unknown {
  if (typeof value === "string") return value.replace(/^(127\.0\.0\.1:)\d+$/, "$1port");
  if (Array.isArray(value)) return value.map(masked);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    key === "port" && typeof item === "number" ? "port" : masked(item),
  ]);
  return Object.fromEntries(entries) as unknown;
}

describe("moving a task's ports", () => {
  test.each(RENDERED)("changes the ports of %s and nothing else", (_name, config) => {
    const ports = taskPorts(config);
    const moved = retarget(config, new Map(ports.map((port) => [port, port + 20_000])));
    expect(taskPorts(moved)).toEqual(ports.map((port) => port + 20_000));
    expect(parse(moved)).not.toEqual(parse(config));
    expect(masked(parse(moved))).toEqual(masked(parse(config)));
    // Masking proves nothing if it hides everything.
    expect(
      JSON.stringify(masked(parse(config))).match(/"(127\.0\.0\.1:)?port"/g)?.length,
    ).toBeGreaterThanOrEqual(ports.length);
  });

  test("finds exactly the ports that a task listens on or scrapes", () => {
    expect(taskPorts(acme.task.config)).toEqual([4317, 4318, 8080, 8125, 8888, 8889, 13_133, 55_681]);
    expect(taskPorts(globex.task.config)).toEqual([4317, 4318, 8080, 8125, 8888, 8889, 13_133]);
  });

  test("refuses a port that has no new one", () => {
    expect(() => retarget("endpoint: 127.0.0.1:4317", new Map())).toThrow("no port to move 4317 to");
  });
});
