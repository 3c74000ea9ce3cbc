import type { WriteStream } from "node:tty";

/** Fewer tenants are done before anyone has read the line. */
const LARGE_FLEET = 50;

/** One line on a terminal that is written over and over; nothing where there is no terminal or little to do. */
export class Progress {
  private readonly active: boolean;

  constructor(
    private readonly stream: WriteStream,
    tenants: number,
  ) {
    this.active = stream.isTTY && tenants > LARGE_FLEET;
  }

  show(done: number, all: number): void {
    if (this.active) this.stream.write(`\r${done} of ${all} stacks`);
  }

  clear(): void {
    if (this.active) this.stream.write("\r\u001b[K");
  }
}
