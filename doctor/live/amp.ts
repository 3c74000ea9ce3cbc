import { NotChecked } from "../verdict";
import { call, succeeded } from "./call";
import { reasonOf, refusal } from "./explain";
import { contractField, writerOf, type World } from "./world";

/** Snappy of nothing: its length, zero. An empty message has no series. */
const EMPTY_WRITE = Buffer.from([0]);

/** A signed remote write without a series. */
export async function amp(world: World): Promise<string> {
  const { walk, settings } = world;
  const credentials = writerOf(world);
  if (settings.endpoints.aps === undefined && walk.tenant.isolation === "dedicated") {
    throw new NotChecked(
      `the contract does not have the tenant's own workspace: --endpoint aps=URL, the output workspace_id of ${walk.stack} says which`,
    );
  }
  const url = settings.endpoints.aps ?? contractField(world, "metrics", "remoteWriteUrl");
  const answer = await call({
    timeoutMs: settings.timeoutMs,
    method: "POST",
    url,
    headers: {
      "content-type": "application/x-protobuf",
      "content-encoding": "snappy",
      "x-prometheus-remote-write-version": "0.1.0",
    },
    body: EMPTY_WRITE,
    sign: { service: "aps", region: walk.central.region, credentials },
  });
  if (succeeded(answer)) return `${url} took an empty remote write`;
  // Whose request is refused for what is in it, may write.
  if (answer.status === 400)
    return `${url} may be written to; to an empty write it says: ${reasonOf(answer.body)}`;
  throw refusal("the remote write", answer);
}
