import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import { StsStandin } from "../standins/sts";
import { Identities } from "../standins/identities";
import { verifySignature, type ReceivedRequest, type VerifyOptions } from "../standins/sigv4";
import vectors from "../standins/vectors.json";

/** What the signer library wants of a hash: keyed when it gets a secret. */
class Sha256 {
  private readonly hash;
  constructor(secret?: ArrayBufferLike | ArrayBufferView | string) {
    const key =
      secret === undefined || typeof secret === "string" ? secret : Buffer.from(secret as Uint8Array);
    this.hash = key === undefined ? createHash("sha256") : createHmac("sha256", key);
  }
  update(data: Uint8Array): void {
    this.hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest());
  }
  reset(): void {
    throw new Error("a hash is used once");
  }
}

interface Vector {
  readonly request: ReceivedRequest;
  readonly options: VerifyOptions;
}

const known = vectors.requests.map((each) => {
  const sessionToken = "x-amz-security-token" in each.headers ? vectors.sessionToken : undefined;
  const request: ReceivedRequest = {
    method: each.method,
    rawUrl: each.rawUrl,
    headers: Object.fromEntries(Object.entries(each.headers).map(([name, value]) => [name, [value]])),
    body: Buffer.from(each.bodyBase64, "base64"),
  };
  const { accessKeyId, secretAccessKey } = vectors;
  const options: VerifyOptions = {
    service: each.service,
    region: each.region,
    now: Date.parse(vectors.now),
    credentials: (id) => (id === accessKeyId ? { accessKeyId, secretAccessKey, sessionToken } : undefined),
  };
  return [each.name, { request, options }] as const;
});
const [, remoteWrite] = known[0] as readonly [string, Vector];

const withHeader = (request: ReceivedRequest, name: string, value: string): ReceivedRequest => ({
  ...request,
  headers: { ...request.headers, [name]: [value] },
});
const code = (request: ReceivedRequest, options: VerifyOptions): string => {
  const verdict = verifySignature(request, options);
  return verdict.ok ? "ok" : verdict.code;
};

describe("the signature verifier, on requests that botocore signed", () => {
  test.each(known)("accepts: %s", (_name, { request, options }) => {
    expect(verifySignature(request, options)).toEqual({ ok: true, accessKeyId: "AKIDEXAMPLE" });
  });

  test.each(known)("refuses any change: %s", (_name, { request, options }) => {
    const changed = [
      { ...request, body: Buffer.concat([request.body, Buffer.from("x")]) },
      { ...request, method: "PUT" },
      { ...request, rawUrl: `${request.rawUrl}x` },
      withHeader(request, "host", "elsewhere.example"),
    ];
    expect(changed.map((each) => code(each, options))).toEqual(Array(4).fill("SignatureDoesNotMatch"));
  });

  test("refuses another Region, service, secret, age, token or key", () => {
    const { request, options } = remoteWrite;
    const { accessKeyId, secretAccessKey, sessionToken } = vectors;
    const given = (credentials: object): VerifyOptions => ({
      ...options,
      credentials: () => ({ accessKeyId, secretAccessKey, sessionToken, ...credentials }),
    });
    expect({
      region: code(request, { ...options, region: "eu-central-1" }),
      service: code(request, { ...options, service: "sts" }),
      secret: code(request, given({ secretAccessKey: "other" })),
      old: code(request, { ...options, now: options.now + 301_000 }),
      early: code(request, { ...options, now: options.now - 301_000 }),
      token: code(withHeader(request, "x-amz-security-token", "forged"), options),
      unexpectedToken: code(request, given({ sessionToken: undefined })),
      key: code(request, { ...options, credentials: () => undefined }),
    }).toEqual({
      region: "SignatureDoesNotMatch",
      service: "SignatureDoesNotMatch",
      secret: "SignatureDoesNotMatch",
      old: "SignatureDoesNotMatch",
      early: "SignatureDoesNotMatch",
      token: "InvalidClientTokenId",
      unexpectedToken: "InvalidClientTokenId",
      key: "InvalidClientTokenId",
    });
  });

  test("refuses a request without a signature, with half of one, or with an unsigned token", () => {
    const { request, options } = remoteWrite;
    const { authorization = [], ...headers } = request.headers;
    const text = authorization.join();
    expect(code({ ...request, headers }, options)).toBe("MissingAuthenticationToken");
    expect(code(withHeader(request, "authorization", text.slice(0, -1)), options)).toBe(
      "IncompleteSignature",
    );
    const unsigned = text.replace(";x-amz-security-token", "");
    expect(unsigned).not.toBe(text);
    expect(verifySignature(withHeader(request, "authorization", unsigned), options)).toEqual({
      ok: false,
      code: "SignatureDoesNotMatch",
      message: "not signed: x-amz-security-token",
    });
  });
});

describe("the STS stand-in", () => {
  const identities = new Identities();
  const trust = {
    roleArn: "arn:aws:iam::111111111111:role/tenantscope/writer",
    principalArns: ["arn:aws:iam::222222222222:role/task"],
    externalId: "right",
  };
  const sts = new StsStandin({ region: "eu-west-1", identities, trusts: [trust], sessionSeconds: 60 });
  const caller = identities.issue(trust.principalArns[0] ?? "", 60).credentials;
  const stranger = identities.issue("arn:aws:iam::222222222222:role/other", 60).credentials;

  beforeAll(() => sts.start());
  afterAll(() => sts.stop());

  async function assumeRole(parameters: Record<string, string> = {}, credentials = caller) {
    const url = new URL(sts.url);
    const body = new URLSearchParams({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: trust.roleArn,
      RoleSessionName: "test",
      ExternalId: trust.externalId,
      ...parameters,
    }).toString();
    const signer = new SignatureV4({ credentials, region: "eu-west-1", service: "sts", sha256: Sha256 });
    const { headers } = await signer.sign({
      method: "POST",
      protocol: url.protocol,
      hostname: url.hostname,
      path: "/",
      headers: { host: url.host, "content-type": "application/x-www-form-urlencoded" },
      body,
    });
    const answer = await fetch(url, { method: "POST", headers, body });
    return { status: answer.status, text: await answer.text() };
  }
  const tag = (text: string, name: string): string | undefined =>
    new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];

  test("gives the right caller with the right external id credentials of its own, each time others", async () => {
    const answers = [await assumeRole(), await assumeRole()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const keys = answers.map(({ text }) => tag(text, "AccessKeyId") ?? "");
    expect(new Set(keys).size).toBe(2);
    for (const [index, key] of keys.entries()) {
      const session = identities.session(key);
      expect(session?.roleArn).toBe(trust.roleArn);
      expect(tag(answers[index]?.text ?? "", "SessionToken")).toBe(session?.credentials.sessionToken);
      expect(tag(answers[index]?.text ?? "", "SecretAccessKey")).toBe(session?.credentials.secretAccessKey);
    }
  });

  test("refuses everybody else with STS's error document", async () => {
    const unsigned = await fetch(sts.url, { method: "POST", body: "Action=AssumeRole&Version=2011-06-15" });
    const refusals = [
      await assumeRole({ ExternalId: "wrong" }),
      await assumeRole({ RoleArn: `${trust.roleArn}2` }),
      await assumeRole({}, stranger),
      await assumeRole({}, { ...caller, secretAccessKey: "other" }),
      await assumeRole({}, { ...caller, sessionToken: "other" }),
      await assumeRole({ Action: "GetSessionToken" }),
      { status: unsigned.status, text: await unsigned.text() },
    ];
    expect(refusals.map(({ status, text }) => [status, tag(text, "Code")])).toEqual([
      [403, "AccessDenied"],
      [403, "AccessDenied"],
      [403, "AccessDenied"],
      [403, "SignatureDoesNotMatch"],
      [403, "InvalidClientTokenId"],
      [400, "InvalidAction"],
      [403, "MissingAuthenticationToken"],
    ]);
    for (const { text } of refusals) {
      expect(text).toMatch(
        /^<ErrorResponse xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/"><Error><Type>Sender</,
      );
    }
  });
});
