import type { Problem } from "../../lib/errors";
import { githubTrust, MAX_GITHUB_TRUST } from "../../modules/github-roles/trust";
import { nearest } from "../nearest";
import type { GithubRole } from "../registry-types";
import type { FleetView } from "../view";
import type { Rule } from "./rule";

/** A rule about every role of a GitHub repository. */
const forRoles =
  (check: (role: GithubRole, pointer: string, fleet: FleetView) => readonly Problem[]): Rule =>
  (fleet) =>
    (fleet.central.registry?.github?.roles ?? []).flatMap((role, index) =>
      check(role, `/registry/github/roles/${String(index)}`, fleet),
    );

/** A repository, however it is written: with the ids that GitHub gives besides the names, or without. */
const repositoryKey = (repository: string): string => repository.toLowerCase().replace(/@\d+(?=\/|$)/g, "");

/** A role has a name of its own, and a repository has one role. GitHub's names do not tell capitals apart. */
export const githubRolesDiffer: Rule = (fleet) => {
  const names = new Set<string>();
  const repositories = new Set<string>();
  return forRoles(({ name, repository }, pointer, { central: { document } }) => {
    const problems: Problem[] = [];
    if (names.has(name)) {
      const message = "is the name of an earlier role";
      problems.push(document.problem(`${pointer}/name`, { message, value: name, remedy: "choose another" }));
    }
    const key = repositoryKey(repository);
    if (repositories.has(key)) {
      const message = "has a role already";
      const remedy = "merge the two: a role may push to several repositories";
      problems.push(document.problem(`${pointer}/repository`, { message, value: repository, remedy }));
    }
    names.add(name);
    repositories.add(key);
    return problems;
  })(fleet);
};

export const githubRolesTrustSomebody = forRoles((role, pointer, { central: { document, accountId } }) => {
  if (role.branches.length + role.environments.length === 0) {
    const message = "names no workflow that may push";
    const remedy = 'add "branches" or "environments"';
    return [document.problem(pointer, { message, remedy })];
  }
  const { length } = JSON.stringify(githubTrust(accountId ?? "000000000000", role));
  if (length <= MAX_GITHUB_TRUST) return [];
  const message = `makes a trust policy of ${String(length)} characters; IAM allows ${String(MAX_GITHUB_TRUST)}`;
  return [document.problem(pointer, { message, remedy: "name fewer branches and environments" })];
});

export const githubPushesExist = forRoles(({ push }, pointer, { central: { document, registry } }) => {
  const names = (registry?.repositories ?? []).map(({ name }) => name);
  return push.flatMap((name, index): Problem[] => {
    if (names.includes(name)) return [];
    const message = "is no repository of registry.repositories";
    const guess = nearest(name, names);
    const remedy = guess === undefined ? "add it there" : `did you mean "${guess}"?`;
    return [document.problem(`${pointer}/push/${String(index)}`, { message, value: name, remedy })];
  });
});
