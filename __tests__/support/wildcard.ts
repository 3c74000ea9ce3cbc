/** What a pattern of IAM's stands for: `*` for any text, `?` for any character, all else for itself. */
export const wildcard = (pattern: string, flags = ""): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    flags,
  );
