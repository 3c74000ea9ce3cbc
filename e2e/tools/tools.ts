import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Paths of the programs that `install.sh` obtained. */
export interface Tools {
  readonly collector: string;
  readonly prometheus: string;
  /** `node_modules` of the Node demo application. */
  readonly nodeModules: string;
  /** `bin` of the Python environment with the demo application's packages and moto. */
  readonly pythonBin: string;
  readonly nginx: string;
  readonly loki: string;
  readonly jaeger: string;
  readonly java: string;
  /** A folder of archives for Java's class path. */
  readonly openSearch: string;
  readonly promtool: string;
  readonly amtool: string;
}

const NAMES = [
  "collector",
  "prometheus",
  "nodeModules",
  "pythonBin",
  "nginx",
  "loki",
  "jaeger",
  "java",
  "openSearch",
  "promtool",
  "amtool",
] as const;

/** Runs `install.sh` (under a second when everything is there) and reads what it prints. Throws when a tool is missing. */
export function installTools(): Tools {
  const { status, stdout } = spawnSync("bash", [join(__dirname, "install.sh")], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error("e2e/tools/install.sh failed; its last lines above say why");
  const found = new Map(stdout.split("\n").map((line) => line.split("=", 2) as [string, string]));
  const paths = NAMES.map((name) => {
    const path = found.get(name);
    if (path === undefined) throw new Error(`e2e/tools/install.sh did not say where ${name} is`);
    return [name, path] as const;
  });
  return Object.fromEntries(paths) as unknown as Tools;
}
