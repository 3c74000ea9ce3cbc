import { join } from "node:path";
import { type Tools } from "../tools/tools";
import { freePort } from "./free-ports";
import { ManagedProcess, untilServing } from "./process";

const BUCKET = "documents";
const TABLE = "items";
const QUEUE = "messages";
/** Moto's own account. */
const ACCOUNT = "123456789012";

/** The AWS services that the demo applications use: moto keeps state and enforces nothing. */
export class Moto {
  private constructor(
    private readonly url: string,
    private readonly process: ManagedProcess,
  ) {}

  /** Starts it with one bucket, and one table and one queue in each Region. */
  static async start(tools: Tools, regions: readonly string[]): Promise<Moto> {
    const port = await freePort();
    const program = new ManagedProcess({
      name: "moto",
      command: join(tools.pythonBin, "moto_server"),
      args: ["-H", "127.0.0.1", "-p", String(port)],
    });
    const moto = new Moto(`http://127.0.0.1:${port}`, program);
    try {
      await untilServing(program, `${moto.url}/moto-api/`);
      await moto.create(regions);
    } catch (error) {
      await moto.stop();
      throw new Error(`moto does not work: ${program.log.slice(-500)}`, { cause: error });
    }
    return moto;
  }

  stop = (): Promise<void> => this.process.stop();

  /** What an application of a Region needs to know. */
  environment(region: string): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_ACCESS_KEY_ID: "application",
      AWS_SECRET_ACCESS_KEY: "application",
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      QUEUE_URL: `${this.url}/${ACCOUNT}/${QUEUE}`,
      BUCKET,
      TABLE,
    };
  }

  private async create(regions: readonly string[]): Promise<void> {
    // In any other Region the request would have to name it once more.
    await this.request("s3", "us-east-1", "PUT", `/${BUCKET}`, {}, "");
    for (const region of regions) {
      await this.call("sqs", region, "AmazonSQS.CreateQueue", { QueueName: QUEUE });
      await this.call("dynamodb", region, "DynamoDB_20120810.CreateTable", {
        TableName: TABLE,
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST",
      });
    }
  }

  private call(service: string, region: string, target: string, body: object): Promise<void> {
    const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": target };
    return this.request(service, region, "POST", "/", headers, JSON.stringify(body));
  }

  private async request(
    service: string,
    region: string,
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<void> {
    // Moto reads the service and the Region from the credential's scope; the signature does not matter to it.
    const authorization = `AWS4-HMAC-SHA256 Credential=x/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=x`;
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...headers, authorization },
      body,
    });
    if (!answer.ok) throw new Error(`moto: ${answer.status} ${await answer.text()}`);
  }
}
