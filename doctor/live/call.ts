import { httpClient, readAll } from "../../lambda/shared/http";
import { unsigned } from "../../lambda/grafana-admin/unsigned";
import { signer, type Credentials } from "../../lambda/shared/sign";
import { networkFault, type Answer } from "./explain";

const TIMEOUT_MS = 10_000;
const LARGEST_ANSWER = 1_000_000;

export interface Call {
  readonly method: "GET" | "POST";
  /** Whole URL. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Milliseconds for the whole call. @default 10000 */
  readonly timeoutMs?: number;
  /** Absent: not signed. */
  readonly sign?: { readonly service: string; readonly region: string; readonly credentials: Credentials };
}

/**
 * One call, with no second attempt: a hop that answers now and then is a finding.
 * @throws Fault when there is no answer
 */
export async function call({
  method,
  url,
  headers = {},
  body,
  sign,
  timeoutMs = TIMEOUT_MS,
}: Call): Promise<Answer> {
  const { origin, host, pathname, search } = new URL(url);
  const client = httpClient({
    origin,
    connectTimeoutMs: timeoutMs,
    sign: sign === undefined ? unsigned : signer(sign, () => sign.credentials),
  });
  try {
    const answer = await client.send({
      ...{ method, headers, target: `${pathname}${search}`, signal: AbortSignal.timeout(timeoutMs) },
      ...(body && { body }),
    });
    return { status: answer.status, body: (await readAll(answer.body, LARGEST_ANSWER)).toString() };
  } catch (error) {
    throw networkFault(error, host);
  } finally {
    client.close();
  }
}

export const succeeded = ({ status }: Answer): boolean => status >= 200 && status < 300;
