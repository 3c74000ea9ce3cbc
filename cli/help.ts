import { Command, Help, type Option } from "commander";

/** Below it, terms and descriptions have no room beside each other. */
const NARROW = 70;
/** As far as Commander's own list is indented; the description stands below its term. */
const [TERM, DESCRIPTION] = ["  ", "    "];

/** Commander's help would run over the edge of a narrow terminal. */
class NarrowHelp extends Help {
  override minWidthToWrap = 20;

  /** That a flag is off by default goes without saying. */
  override optionDescription(option: Option): string {
    return super.optionDescription(option).replace(" (default: false)", "");
  }

  override formatItem(term: string, width: number, description: string, helper: Help): string {
    const columns = this.helpWidth ?? 80;
    if (columns >= NARROW) return super.formatItem(term, width, description, helper);
    const lines = helper.boxWrap(description, columns - DESCRIPTION.length).split("\n");
    return [`${TERM}${term}`, ...lines.map((line) => `${DESCRIPTION}${line}`)].join("\n");
  }
}

/** A command whose help, and that of its own commands, fits the terminal. */
export class Program extends Command {
  override createHelp(): Help {
    return Object.assign(new NarrowHelp(), this.configureHelp());
  }

  override createCommand(name?: string): Command {
    return new Program(name);
  }
}
