/** What the function is asked to do. */
export type AdminEvent =
  | { readonly task: "keep"; readonly from: "terraform" | "schedule" }
  /** Terraform takes the workspace away. */
  | { readonly task: "revoke" };

export class InvalidEvent extends Error {
  override readonly name = "InvalidEvent";
}

type Json = Readonly<Record<string, unknown>>;

/**
 * An event is `{ revision, tf }`, as `aws_lambda_invocation` with `lifecycle_scope = "CRUD"` sends it, or
 * `{ "task": "rotate" }`, as the schedule does.
 * @throws InvalidEvent
 */
export function parseEvent(event: unknown): AdminEvent {
  if (!isObject(event)) throw new InvalidEvent("The event must be a JSON object.");
  const keys = Object.keys(event).sort();
  if ("tf" in event) {
    const { tf, revision } = event;
    const action = isObject(tf) ? tf["action"] : undefined;
    // Whatever else is wrong must not keep the tokens from being taken away.
    if (action === "delete") return { task: "revoke" };
    if (action !== "create" && action !== "update") {
      throw new InvalidEvent(`tf.action must be create, update or delete (got ${shown(action)}).`);
    }
    if (typeof revision === "string" && keys.join() === "revision,tf") {
      return { task: "keep", from: "terraform" };
    }
    throw new InvalidEvent(`The input must be {"revision": "<text>"} (got the keys ${keys.join(", ")}).`);
  }
  if (event["task"] === "rotate" && keys.length === 1) return { task: "keep", from: "schedule" };
  throw new InvalidEvent(
    'The event must be {"task":"rotate"}, or have the key tf that aws_lambda_invocation adds ' +
      `(got the keys ${keys.join(", ") || "none"}).`,
  );
}

const shown = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
