import { environmentCredentials, signer, type Credentials } from "../../../lambda/shared/sign";
import { encodeUri, requestTarget } from "../../../lambda/shared/uri";
import vectors from "./vectors.json";

const { accessKeyId, secretAccessKey, sessionToken } = vectors;
const clock = () => new Date(vectors.now);

describe("signatures are those of botocore", () => {
  test.each(vectors.requests)("$name", async (vector) => {
    const credentials: Credentials = {
      accessKeyId,
      secretAccessKey,
      ...(vector.withToken && { sessionToken }),
    };
    const sign = signer(vectors, () => credentials, clock);

    const headers = await sign({
      method: vector.method,
      host: vector.host,
      target: vector.target,
      headers: vector.headers as unknown as Record<string, string>,
      body: Buffer.from(vector.bodyBase64, "base64"),
    });

    expect(headers).toEqual({
      ...vector.headers,
      host: vector.host,
      "x-amz-date": "20260102T030405Z",
      ...(vector.withToken && { "x-amz-security-token": sessionToken }),
      authorization: vector.authorization,
    });
  });
});

test("credentials are asked at each call: they rotate", async () => {
  const used = ["AKIDFIRST", "AKIDSECOND"];
  const sign = signer({ service: "es", region: "eu-west-1" }, () => ({
    accessKeyId: used.shift() ?? "",
    secretAccessKey: "secret",
  }));
  const request = { method: "GET", host: "h", target: "/", headers: {} };
  const signatures = [await sign(request), await sign(request)];
  expect(signatures.map(({ authorization }) => /Credential=([^/]+)/.exec(authorization ?? "")?.[1])).toEqual([
    "AKIDFIRST",
    "AKIDSECOND",
  ]);
});

test("the environment's credentials, with and without a session", () => {
  const env = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
  expect(environmentCredentials({ ...env, AWS_SESSION_TOKEN: "c" })).toEqual({
    accessKeyId: "a",
    secretAccessKey: "b",
    sessionToken: "c",
  });
  expect(environmentCredentials({ ...env, AWS_SESSION_TOKEN: "" })).toEqual({
    accessKeyId: "a",
    secretAccessKey: "b",
  });
  expect(() => environmentCredentials({ AWS_ACCESS_KEY_ID: "a" })).toThrow("AWS_SECRET_ACCESS_KEY");
});

test("everything but unreserved characters is encoded, in upper case", () => {
  expect(encodeUri("aZ0-._~*,!'() /%+:é")).toBe("aZ0-._~%2A%2C%21%27%28%29%20%2F%25%2B%3A%C3%A9");
  expect(requestTarget([])).toBe("/");
  expect(
    requestTarget(
      ["a,b", "_search"],
      [
        ["x", "a b"],
        ["y", ""],
      ],
    ),
  ).toBe("/a%2Cb/_search?x=a%20b&y=");
});
