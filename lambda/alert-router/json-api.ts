import { isRecord, parseJson } from "./alert";
import { CallError, isPassingStatus } from "./attempts";
import type { Post } from "./post";

/** An error that the service names, as in `ParameterNotFound`. */
export class ServiceError extends CallError {
  constructor(
    service: string,
    readonly code: string,
    status: number,
  ) {
    super(
      `${service} answered ${status} ${code}`,
      isPassingStatus(status) || /throttl|TooManyRequests/i.test(code),
    );
  }
}

/**
 * One call of a service that speaks AWS's JSON 1.1 protocol.
 * @param operation with its prefix, as in `AmazonSSM.GetParameter`
 * @throws ServiceError
 */
export async function jsonCall(
  post: Post,
  operation: string,
  input: object,
  limitMs: number,
): Promise<Readonly<Record<string, unknown>>> {
  const { status, body } = await post({
    target: "/",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": operation },
    body: JSON.stringify(input),
    limitMs,
  });
  const parsed = parseJson(body);
  const fields = isRecord(parsed) ? parsed : {};
  if (status === 200) return fields;
  const type = typeof fields["__type"] === "string" ? fields["__type"] : "";
  throw new ServiceError(operation, type.replace(/^.*#/, "").replace(/[^A-Za-z]/g, ""), status);
}
