import { text } from "../../lib/fields";
import { NotChecked } from "../verdict";
import { call, succeeded } from "./call";
import { refusal } from "./explain";
import { contractField, type World } from "./world";

const addressOf = (world: World): string =>
  world.settings.endpoints.grafana ?? contractField(world, "grafana", "url");

/** Grafana is up. */
export async function grafana(world: World): Promise<string> {
  const { settings } = world;
  const base = addressOf(world);
  const health = await call({
    timeoutMs: settings.timeoutMs,
    method: "GET",
    url: `${base}/api/health`,
  });
  if (!succeeded(health)) throw refusal(`GET ${base}/api/health`, health);
  world.grafanaUp = true;
  return `${base} is up`;
}

/** With a token, each data source of the tenant answers. */
export async function dataSources(world: World): Promise<string> {
  const { walk, settings } = world;
  const base = addressOf(world);
  const token = settings.grafanaToken;
  if (token === undefined) {
    throw new NotChecked("they are asked with a token of a service account of Grafana in GRAFANA_AUTH");
  }
  if (world.grafanaUp !== true) throw new NotChecked("Grafana itself does not answer");
  const uids = walk.stacks.of(walk.stack, "grafana_data_source").map(({ values }) => text(values["uid"]));
  for (const uid of uids) {
    const answer = await call({
      timeoutMs: settings.timeoutMs,
      method: "GET",
      url: `${base}/api/datasources/uid/${uid}/health`,
      headers: { authorization: `Bearer ${token}` },
    });
    if (!succeeded(answer)) throw refusal(`the data source ${uid}`, answer);
  }
  return `${uids.join(", ")} answer ${base}`;
}
