import { type Identities } from "./identities";
import { json, StandinServer, type Answer } from "./http";
import { verifySignature, type ReceivedRequest } from "./sigv4";

/** The service gives at most ten; fewer here, so that there is a second page. */
const PAGE = 2;

/** Systems Manager as far as `GetParameter` and `GetParametersByPath` go. */
export class SsmStandin {
  /** Name -> value. */
  readonly parameters = new Map<string, string>();
  private readonly server = new StandinServer((request) => this.handle(request));

  constructor(
    private readonly region: string,
    private readonly identities: Identities,
  ) {}

  get url(): string {
    return this.server.url;
  }
  start = (): Promise<void> => this.server.start();
  stop = (): Promise<void> => this.server.stop();

  private handle(request: ReceivedRequest): Answer {
    const verdict = verifySignature(request, {
      service: "ssm",
      region: this.region,
      now: Date.now(),
      credentials: (id) => this.identities.session(id)?.credentials,
    });
    if (!verdict.ok) return json({ __type: verdict.code, message: verdict.message }, 400);
    if (request.headers["x-amz-target"]?.[0] === "AmazonSSM.GetParameter") {
      const { Name } = JSON.parse(request.body.toString()) as { Name: string };
      const Value = this.parameters.get(Name);
      return Value === undefined
        ? json({ __type: "ParameterNotFound" }, 400)
        : json({ Parameter: { Name, Type: "String", Value } });
    }
    if (request.headers["x-amz-target"]?.[0] !== "AmazonSSM.GetParametersByPath") {
      return json({ __type: "UnknownOperationException" }, 400);
    }
    const { Path, NextToken = "0" } = JSON.parse(request.body.toString()) as {
      Path: string;
      NextToken?: string;
    };
    const found = [...this.parameters].filter(([name]) => name.startsWith(`${Path}/`)).sort();
    const from = Number(NextToken);
    return json({
      Parameters: found.slice(from, from + PAGE).map(([Name, Value]) => ({ Name, Type: "String", Value })),
      ...(from + PAGE < found.length && { NextToken: String(from + PAGE) }),
    });
  }
}
