/**
 * What Fluent Bit sends. There is no Fluent Bit here: this is the request of its `opentelemetry` output as its
 * documentation describes it (OTLP over HTTP in protobuf; the record's `log` is the body, the other keys are attributes
 * of the line; the resource is empty), for records as FireLens makes them with `enable-ecs-log-metadata`.
 */
export interface ContainerOutput {
  readonly container: string;
  readonly cluster: string;
  readonly accountId: string;
  readonly region: string;
  readonly taskId: string;
  readonly family: string;
}

export interface Line {
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  readonly text: string;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** A field with a length: a message or text. */
function field(number: number, ...contents: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(contents.map((content) => Buffer.from(content)));
  return Buffer.concat([varint((number << 3) | 2), varint(body.length), body]);
}

function fixed64(number: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.writeUInt8((number << 3) | 1, 0);
  bytes.writeBigUInt64LE(value, 1);
  return bytes;
}

/** The attributes that FireLens gives to every line of a container. */
export function fireLensAttributes(from: ContainerOutput): Readonly<Record<string, string>> {
  const { container, cluster, accountId, region, taskId, family } = from;
  return {
    source: "stdout",
    container_id: `${taskId}-0527074092`,
    container_name: container,
    ecs_cluster: cluster,
    ecs_task_arn: `arn:aws:ecs:${region}:${accountId}:task/${cluster}/${taskId}`,
    ecs_task_definition: `${family}:1`,
  };
}

/** One ExportLogsServiceRequest with these lines of one container. */
export function fluentBitRequest(from: ContainerOutput, lines: readonly Line[]): Buffer {
  const attributes = Object.entries(fireLensAttributes(from)).map(([key, value]) =>
    field(6, field(1, key), field(2, field(1, value))),
  );
  const records = lines.map(({ time, text }) =>
    // time_unix_nano, body, attributes, observed_time_unix_nano
    field(2, fixed64(1, time), field(5, field(1, text)), ...attributes, fixed64(11, time)),
  );
  // resource_logs { resource {}, scope_logs { scope {}, log_records } }
  return field(1, field(1), field(2, field(1), ...records));
}
