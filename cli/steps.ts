import { stackNames } from "../lib/names";

/** Something to do next. */
export interface Step {
  /** Absent for what is done by hand. */
  readonly command?: string;
  /** What it does, or what to do besides; ends without a full stop. */
  readonly why: string;
}

/** Applies one tenant's stack as its file now says. */
export const deployTenant = (tenant: string, why: string): Step => ({
  command: `npx tenantscope deploy --all --only ${tenant}`,
  why,
});

/** Applies the stack that keeps a workspace of HCP Terraform for every other one. */
export const deployWorkspaces = (why: string): Step => ({
  command: `npx tenantscope deploy --stack ${stackNames.workspaces}`,
  why,
});

/** Steps as numbered lines; a command in `quote`s. */
export const stepsText = (steps: readonly Step[], indent = "  ", quote = ""): string =>
  steps
    .map(({ command, why }, index) => {
      const number = `${indent}${String(index + 1)}. `;
      if (command === undefined) return `${number}${why}\n`;
      return `${number}${quote}${command}${quote}\n${" ".repeat(number.length)}${why}\n`;
    })
    .join("");
