import { CallError, type Clock } from "../alert-router/attempts";
import { jsonCall } from "../alert-router/json-api";
import type { AwsPost } from "../alert-router/post";
import { regionOf } from "./settings";

export interface Secrets {
  /**
   * The text of a secret: from Secrets Manager, or as it was at most {@link SECRET_MS} ago.
   * @throws CallError
   */
  read(arn: string, limitMs: number): Promise<string>;
  /** It was of no use: it may have been changed since it was read. @returns whether it is worth another look */
  forget(arn: string): boolean;
}

/** Milliseconds for which a secret is known without asking. */
export const SECRET_MS = 5 * 60_000;

export function secrets(aws: AwsPost, clock: Clock): Secrets {
  const known = new Map<
    string,
    { readonly text: string; readonly readAt: number; readonly isFresh: boolean }
  >();

  return {
    async read(arn, limitMs) {
      const last = known.get(arn);
      if (last !== undefined && clock.now() < last.readAt + SECRET_MS) {
        known.set(arn, { ...last, isFresh: false });
        return last.text;
      }
      const post = aws("secretsmanager", regionOf(arn));
      const answer = await jsonCall(post, "secretsmanager.GetSecretValue", { SecretId: arn }, limitMs);
      const text = answer["SecretString"];
      if (typeof text !== "string" || text.trim() === "")
        throw new CallError("the secret has no text", false);
      known.set(arn, { text: text.trim(), readAt: clock.now(), isFresh: true });
      return text.trim();
    },
    forget(arn) {
      const isOld = known.get(arn)?.isFresh === false;
      known.delete(arn);
      return isOld;
    },
  };
}
