import { type Answer, StandinServer } from "./http";
import { type Identities } from "./identities";
import { verifySignature, type ReceivedRequest } from "./sigv4";

/** Who may assume a role: what a writer role's trust policy says, and nothing that it does not say. */
export interface Trust {
  readonly roleArn: string;
  readonly principalArns: readonly string[];
  readonly externalId: string;
}

export interface AssumeRoleCall {
  readonly caller: string;
  readonly roleArn: string;
  readonly externalId: string | undefined;
  readonly granted: boolean;
}

const xml = (status: number, body: string): Answer => ({
  status,
  headers: { "content-type": "text/xml" },
  body,
});

const escape = (text: string): string =>
  text.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);

const failure = (status: number, code: string, message: string): Answer =>
  xml(
    status,
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code>` +
      `<Message>${escape(message)}</Message></Error><RequestId>00000000-0000-4000-8000-000000000000</RequestId></ErrorResponse>`,
  );

/** How STS names a role that was taken on; the session's name follows. */
const assumedRole = (roleArn: string): string =>
  roleArn.replace(":iam:", ":sts:").replace(/:role\/(.*\/)?/, ":assumed-role/");

/** STS as far as the collector and `doctor` need it: `GetCallerIdentity`, and `AssumeRole` of the query API, decided by the trust of the writer roles. */
export class StsStandin {
  readonly calls: AssumeRoleCall[] = [];
  private readonly server = new StandinServer((request) => this.handle(request));

  constructor(
    private readonly options: {
      /** Region of the endpoint: the one that callers must sign for. */
      readonly region: string;
      readonly identities: Identities;
      readonly trusts: readonly Trust[];
      /** Life of what is issued, in seconds: a short one lets a test see the renewal. */
      readonly sessionSeconds: number;
    },
  ) {}

  get url(): string {
    return this.server.url;
  }
  start = (): Promise<void> => this.server.start();
  stop = (): Promise<void> => this.server.stop();

  private handle(request: ReceivedRequest): Answer {
    const { identities, region, trusts, sessionSeconds } = this.options;
    const verdict = verifySignature(request, {
      service: "sts",
      region,
      now: Date.now(),
      credentials: (id) => identities.session(id)?.credentials,
    });
    if (!verdict.ok) return failure(403, verdict.code, verdict.message);
    const caller = identities.session(verdict.accessKeyId)?.roleArn ?? "";

    const parameters = new URLSearchParams(request.body.toString());
    if (parameters.get("Action") === "GetCallerIdentity") {
      const arn = `${assumedRole(caller)}/session`;
      return xml(
        200,
        `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>` +
          `<Arn>${arn}</Arn><UserId>AROAEXAMPLE:session</UserId><Account>${arn.split(":")[4] ?? ""}</Account>` +
          `</GetCallerIdentityResult></GetCallerIdentityResponse>`,
      );
    }
    if (parameters.get("Action") !== "AssumeRole" || parameters.get("Version") !== "2011-06-15") {
      return failure(400, "InvalidAction", `Could not find operation ${parameters.get("Action") ?? ""}`);
    }
    const roleArn = parameters.get("RoleArn") ?? "";
    const externalId = parameters.get("ExternalId") ?? undefined;
    const sessionName = parameters.get("RoleSessionName") ?? "";
    if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
      return failure(400, "ValidationError", "roleSessionName is missing or malformed");
    }
    const trust = trusts.find((candidate) => candidate.roleArn === roleArn);
    const granted =
      trust !== undefined && trust.externalId === externalId && trust.principalArns.includes(caller);
    this.calls.push({ caller, roleArn, externalId, granted });
    if (!granted) {
      // One text for a missing role, a foreign caller and a wrong external id, as AWS does.
      const text = `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
      return failure(403, "AccessDenied", text);
    }
    const { credentials, expires } = identities.issue(roleArn, sessionSeconds);
    return xml(
      200,
      `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser>` +
        `<AssumedRoleId>AROAEXAMPLE:${sessionName}</AssumedRoleId>` +
        `<Arn>${assumedRole(roleArn)}/${sessionName}</Arn>` +
        `</AssumedRoleUser><Credentials><AccessKeyId>${credentials.accessKeyId}</AccessKeyId>` +
        `<SecretAccessKey>${credentials.secretAccessKey}</SecretAccessKey>` +
        `<SessionToken>${credentials.sessionToken}</SessionToken>` +
        `<Expiration>${new Date(expires).toISOString()}</Expiration></Credentials></AssumeRoleResult>` +
        `<ResponseMetadata><RequestId>00000000-0000-4000-8000-000000000000</RequestId></ResponseMetadata></AssumeRoleResponse>`,
    );
  }
}
