import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { hasProviders, initialise, withPluginCache } from "../../../cli/terraform/plugin-cache";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tenantscope-plugins-"));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

describe("where providers are kept", () => {
  const MAY = { TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: "1" };

  test("is beside the logs, and the folder is made", () => {
    const folder = join(root, ".tenantscope", "plugins");
    // A configuration that is named but not there is Terraform's to warn of.
    for (const env of [{ HOME: root }, { HOME: root, TF_CLI_CONFIG_FILE: join(root, "none") }]) {
      expect(withPluginCache(root, env)).toEqual({ ...env, ...MAY, TF_PLUGIN_CACHE_DIR: folder });
      expect(existsSync(folder)).toBe(true);
      rmSync(folder, { recursive: true });
    }
  });

  test("is the user's own cache where there is one, by variable or in Terraform's configuration", () => {
    const file = join(root, ".terraformrc");
    writeFileSync(file, 'disable_checkpoint = true\nplugin_cache_dir = "/somewhere"\n');
    for (const env of [{ TF_PLUGIN_CACHE_DIR: "/mine" }, { HOME: root }, { TF_CLI_CONFIG_FILE: file }]) {
      expect(withPluginCache(root, env)).toEqual({ ...env, ...MAY });
    }
    expect(existsSync(join(root, ".tenantscope"))).toBe(false);
  });
});

test("a provider whose cache was deleted is missing", () => {
  const version = join(root, ".terraform", "providers", "registry", "hashicorp", "aws", "6.25.0");
  const cache = join(root, "cache");
  expect(hasProviders(root)).toBe(false);
  for (const folder of [version, cache]) mkdirSync(folder, { recursive: true });
  symlinkSync(cache, join(version, "linux_amd64"));
  expect(hasProviders(root)).toBe(true);
  rmSync(cache, { recursive: true });
  expect(hasProviders(root)).toBe(false);
});

test("the first one fills the cache alone, also after one that failed; the others go together", async () => {
  let [running, together, tries] = [0, 0, 0];
  const peaks: number[] = [];
  const init = async (): Promise<void> => {
    running++;
    together = Math.max(together, running);
    peaks.push(running);
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    running--;
    if (++tries === 1) throw new Error("no network");
  };
  const ends = await Promise.allSettled(Array.from({ length: 6 }, () => initialise("aws 6", init)));
  expect(ends.map(({ status }) => status)).toEqual(["rejected", ...Array<string>(5).fill("fulfilled")]);
  expect([peaks.slice(0, 2), together]).toEqual([[1, 1], 4]);
  // Other providers are another cache entry.
  together = 0;
  await Promise.all([initialise("aws 7", init), initialise("aws 7", init)]);
  expect(together).toBe(1);
});
