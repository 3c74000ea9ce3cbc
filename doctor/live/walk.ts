import { verdictOf, type Finding } from "../verdict";
import type { Walk } from "../walk";
import { amp } from "./amp";
import { dataSources, grafana } from "./grafana";
import { contract, sts, writerRole } from "./identity";
import { ingest } from "./ingest";
import type { LiveSettings } from "./settings";
import { storage } from "./storage";
import type { World } from "./world";

/**
 * Hop by hop by live calls. What a hop needs of one that failed is not there: it is then not checked, and says so. Of a
 * tenant that is offboarding there is nothing to call.
 */
export async function walkLive(walk: Walk, settings: LiveSettings): Promise<readonly Finding[]> {
  if (walk.tenant.lifecycle === "offboarding") return [];
  const world: World = { walk, settings };
  const one = async (hop: string, check: (of: World) => Promise<string>): Promise<Finding> => {
    try {
      return { hop, result: "ok", evidence: await check(world) };
    } catch (error) {
      return { hop, ...verdictOf(error) };
    }
  };
  return [
    await one("STS", sts),
    await one("contract", contract),
    await one("writer role", writerRole),
    await one("AMP", amp),
    ...(await ingest(world)),
    ...(await storage(world)),
    await one("Grafana", grafana),
    await one("data sources", dataSources),
  ];
}
