import { type Answer, json, StandinServer } from "./http";
import { type Identities } from "./identities";
import { verifySignature, type ReceivedRequest } from "./sigv4";

export interface WriteRequest {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly accessKeyId: string;
  readonly roleArn: string;
  readonly bytes: number;
}

/** AMP refuses larger requests, in bytes. */
const MAX_REQUEST_BYTES = 1_000_000;

const forbidden = (message: string): Answer => json({ message }, 403);

/**
 * AMP's remote-write endpoint: verifies signature and rights, then hands the request to a real Prometheus, whose
 * answer is the answer. Only what it accepted can be queried.
 */
export class RemoteWriteStandin {
  readonly accepted: WriteRequest[] = [];
  readonly refused: { readonly time: number; readonly reason: string }[] = [];
  private unavailable = false;
  private readonly server = new StandinServer((request) => this.handle(request));

  constructor(
    private readonly options: {
      readonly region: string;
      readonly identities: Identities;
      /** Role ARNs that may write to the workspace. */
      readonly writers: readonly string[];
      readonly workspaceId: string;
      /** Base URL of a Prometheus that receives remote writes. */
      readonly prometheusUrl: string;
    },
  ) {}

  get url(): string {
    return `${this.server.url}${this.path}`;
  }
  start = (): Promise<void> => this.server.start();
  /** Connections are refused until {@link start}. */
  stop = (): Promise<void> => this.server.stop();
  /** Answers 503 to everything, as a service does that is up but cannot take writes. */
  setUnavailable(unavailable: boolean): void {
    this.unavailable = unavailable;
  }

  private get path(): string {
    return `/workspaces/${this.options.workspaceId}/api/v1/remote_write`;
  }

  private async handle(request: ReceivedRequest): Promise<Answer> {
    if (this.unavailable) {
      this.refused.push({ time: Date.now(), reason: "unavailable" });
      return { status: 503, body: "Service Unavailable" };
    }
    const denial = this.denial(request);
    if ("status" in denial) {
      this.refused.push({ time: Date.now(), reason: denial.body?.toString() ?? "" });
      return denial;
    }
    const answer = await fetch(`${this.options.prometheusUrl}/api/v1/write`, {
      method: "POST",
      headers: {
        "content-type": "application/x-protobuf",
        "content-encoding": "snappy",
        "x-prometheus-remote-write-version": "0.1.0",
      },
      body: new Uint8Array(request.body),
    });
    const body = await answer.text();
    if (answer.ok) this.accepted.push({ time: Date.now(), bytes: request.body.length, ...denial });
    else this.refused.push({ time: Date.now(), reason: `Prometheus answered ${answer.status}: ${body}` });
    return { status: answer.status, body };
  }

  /** The answer to a request that may not pass, or who it is from. */
  private denial(request: ReceivedRequest): Answer | { accessKeyId: string; roleArn: string } {
    const { identities, region, writers } = this.options;
    if (request.method !== "POST" || request.rawUrl !== this.path) return json({ message: "Not Found" }, 404);
    const verdict = verifySignature(request, {
      service: "aps",
      region,
      now: Date.now(),
      credentials: (id) => identities.session(id)?.credentials,
    });
    if (!verdict.ok) return forbidden(`${verdict.code}: ${verdict.message}`);
    const roleArn = identities.session(verdict.accessKeyId)?.roleArn ?? "";
    if (!writers.includes(roleArn)) {
      return forbidden(`User: ${roleArn} is not authorized to perform: aps:RemoteWrite`);
    }
    if (request.body.length > MAX_REQUEST_BYTES) return json({ message: "Request too large" }, 413);
    return { accessKeyId: verdict.accessKeyId, roleArn };
  }
}
