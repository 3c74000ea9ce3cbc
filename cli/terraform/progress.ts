import { shorten } from "./wording";

const BAR = 20;
const MAX_COLUMNS = 100;

/** How far a command is: one line that is written over and over on a terminal, a line for each stack elsewhere. */
export class FleetProgress {
  private readonly running = new Set<string>();
  private done = 0;
  private drawn = false;

  /** @param columns of the terminal; absent when there is none */
  constructor(
    private readonly write: (text: string) => void,
    private readonly all: number,
    private readonly columns?: number,
  ) {}

  begin(stack: string): void {
    this.running.add(stack);
    this.draw();
  }

  /** `note` is for what people should read now, such as a failure. */
  end(stack: string, result: string, note = false): void {
    this.running.delete(stack);
    this.done++;
    if (this.columns === undefined) this.write(`${this.done}/${this.all} ${stack}: ${result}\n`);
    else if (note) {
      this.clear();
      this.write(`${stack}: ${result}\n`);
    }
    this.draw();
  }

  /** Leaves the line empty for what is printed next. */
  clear(): void {
    if (this.drawn) this.write("\r\u001b[K");
    this.drawn = false;
  }

  private draw(): void {
    if (this.columns === undefined) return;
    const filled = this.all === 0 ? BAR : Math.round((BAR * this.done) / this.all);
    const bar = `[${"#".repeat(filled)}${".".repeat(BAR - filled)}]`;
    const text = `${bar} ${this.done}/${this.all} ${[...this.running].join(" ")}`;
    // A line that wraps cannot be written over.
    this.write(`\r\u001b[K${shorten(text, Math.min(MAX_COLUMNS, this.columns - 1))}`);
    this.drawn = true;
  }
}
