import { text } from "../json";
import { call, succeeded } from "./call";
import { refusal } from "./explain";
import { contractField, type World } from "./world";

/** Grafana is up and, with a token, each data source of the tenant answers it. */
export async function grafana(world: World): Promise<string> {
  const { walk, settings } = world;
  const base = settings.endpoints.grafana ?? contractField(world, "grafana", "url");
  const health = await call({
    timeoutMs: settings.timeoutMs,
    method: "GET",
    url: `${base}/api/health`,
  });
  if (!succeeded(health)) throw refusal(`GET ${base}/api/health`, health);
  const token = settings.grafanaToken;
  if (token === undefined) return `${base} is up; its data sources are asked with a token in GRAFANA_AUTH`;
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
  return `${base} is up, and ${uids.join(", ")} answer it`;
}
