import { createSocket, type Socket } from "node:dgram";

const TYPE_A = 1;
const NAME_ERROR = 3;
/** Recursion desired and available, an answer. */
const RESPONSE_FLAGS = 0x8180;
/** A pointer to the name in the question. */
const SAME_NAME = 0xc00c;

/** The name of the first question and where the question ends. */
function question(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (;;) {
    const length = query[at] ?? 0;
    at += 1;
    if (length === 0) break;
    labels.push(query.toString("ascii", at, at + length));
    at += length;
  }
  return { name: labels.join("."), type: query.readUInt16BE(at), end: at + 4 };
}

/** A DNS server on a free UDP port of 127.0.0.1 that knows a few names, as a private zone does. */
export class DnsServer {
  /** Name -> IPv4 address; may change at any time. */
  readonly addresses = new Map<string, string>();
  /** Names asked for, in order. */
  readonly asked: string[] = [];
  private readonly socket: Socket = createSocket("udp4");
  private port = 0;

  constructor(private readonly ttlSeconds: number) {
    this.socket.on("message", (query, from) => {
      this.socket.send(this.answer(query), from.port, from.address);
    });
  }

  /** `host:port`, as nginx writes it. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.socket.bind(0, "127.0.0.1", resolve));
    this.port = this.socket.address().port;
  }

  stop(): void {
    this.socket.close();
  }

  private answer(query: Buffer): Buffer {
    const { name, type, end } = question(query);
    this.asked.push(name);
    const address = type === TYPE_A ? this.addresses.get(name) : undefined;
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(RESPONSE_FLAGS | (address === undefined ? NAME_ERROR : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(address === undefined ? 0 : 1, 6);
    const parts = [header, query.subarray(12, end)];
    if (address !== undefined) {
      const record = Buffer.alloc(16);
      record.writeUInt16BE(SAME_NAME, 0);
      record.writeUInt16BE(TYPE_A, 2);
      record.writeUInt16BE(1, 4);
      record.writeUInt32BE(this.ttlSeconds, 6);
      record.writeUInt16BE(4, 10);
      Buffer.from(address.split(".").map(Number)).copy(record, 12);
      parts.push(record);
    }
    return Buffer.concat(parts);
  }
}
