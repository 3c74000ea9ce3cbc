import { pulledImages } from "../lib/image-cache";
import type { Generation } from "../modules/collector/generations";
import type { Central, Fleet, Tenant } from "./types";

/** A step of every rollout: its tenants are deployed when those of the waves before it are. */
export interface Wave {
  readonly name: string;
  /** Stacks that are deployed at the same time. */
  readonly concurrency: number;
  /** Images in the tenants' tasks that differ from those of `images`: a release that has come as far as this wave. */
  readonly images: Partial<Pick<Central["images"], "adotCollector" | "fluentBit" | "jaeger">>;
  /** Of its tenants' collectors' configuration, where it differs from the fleet's. */
  readonly configGeneration?: Generation;
}

/** The wave of a tenant; one that names none goes with the last. */
export function waveOf(waves: readonly Wave[], { wave: name }: Pick<Tenant, "wave">): Wave {
  const wave = name === undefined ? waves.at(-1) : waves.find((each) => each.name === name);
  if (wave === undefined) throw new Error(`no wave ${name ?? ""}`);
  return wave;
}

/** The tenants of a wave, in the fleet's order. */
export const tenantsOf = ({ central, tenants }: Pick<Fleet, "central" | "tenants">, wave: Wave): Tenant[] =>
  tenants.filter((tenant) => waveOf(central.waves, tenant).name === wave.name);

/** The generation that the collectors of a wave's tenants are configured by. */
export const generationOf = (central: Pick<Central, "configGeneration">, wave: Wave): Generation =>
  wave.configGeneration ?? central.configGeneration;

/** The central settings as a tenant of that wave has them; the images by the names under which its tasks pull them. */
export function centralFor(central: Central, tenant: Pick<Tenant, "wave">): Central {
  const wave = waveOf(central.waves, tenant);
  return {
    ...central,
    images: pulledImages({ ...central, images: { ...central.images, ...wave.images } }),
    configGeneration: generationOf(central, wave),
  };
}
