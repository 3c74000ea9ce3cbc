import { httpClient, readAll, type HttpClient } from "../shared/http";
import { signer, type Sign } from "../shared/sign";
import { isRecord } from "./alert";
import { CallError } from "./attempts";

export interface PostRequest {
  /** With the leading slash. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly limitMs: number;
}

export interface PostAnswer {
  readonly status: number;
  readonly body: string;
  /** Seconds; 0 when the answer does not say. */
  readonly retryAfterSeconds: number;
}

/** One attempt. Rejects with a {@link CallError} when there is no answer; no redirect is followed. */
export type Post = (request: PostRequest) => Promise<PostAnswer>;

/** An AWS service in a Region. */
export type AwsPost = (service: string, region: string) => Post;

/** No answer that is waited for is longer. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** @param name of the other side, for messages */
export function poster(name: string, client: HttpClient): Post {
  return async ({ target, headers, body, limitMs }) => {
    try {
      const answer = await client.send({
        method: "POST",
        target,
        headers,
        body: Buffer.from(body),
        signal: AbortSignal.timeout(limitMs),
      });
      const retryAfter = Number(answer.headers["retry-after"] ?? 0);
      return {
        status: answer.status,
        body: (await readAll(answer.body, MAX_ANSWER_BYTES)).toString(),
        retryAfterSeconds: retryAfter > 0 ? retryAfter : 0,
      };
    } catch (error) {
      // The error's own message may have the address in it.
      throw new CallError(`${name} cannot be reached (${codeOf(error)})`, true);
    }
  };
}

function codeOf(error: unknown): string {
  const { code, name } = isRecord(error) ? error : {};
  const [known = "unknown"] = [code, name].filter((each) => typeof each === "string");
  return known;
}

/** Signed with the function's own role; connections are kept. */
export function awsPost(): AwsPost {
  const posts = new Map<string, Post>();
  return (service, region) => {
    const key = `${service}.${region}`;
    const known = posts.get(key);
    if (known !== undefined) return known;
    const origin = `https://${key}.amazonaws.com`;
    const post = poster(service, httpClient({ origin, sign: signer({ service, region }) }));
    posts.set(key, post);
    return post;
  };
}

const unsigned: Sign = ({ headers, host }) => Promise.resolve({ ...headers, host });

/** A server that wants no signature: what it is sent says who sends it. */
export const webPost = (name: string, origin: string): Post =>
  poster(name, httpClient({ origin, sign: unsigned }));
