import { zipSync, type Zippable } from "fflate";

/** Permissions of a file in the archive: everybody may read it. Lambda runs the code as a user of its own. */
const READABLE = 0o644;
const UNIX = 3;

/**
 * A zip archive that has the same bytes on every machine: no time of day, files in the order of their names, and
 * a compression that is part of this program rather than of Node.
 */
export function zipArchive(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const entries = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
  const zippable: Zippable = Object.fromEntries(
    // A zip archive has local times: this is the first that it can express, in every time zone.
    entries.map(([name, contents]) => [
      name,
      [contents, { level: 9, mtime: new Date(1980, 0, 1), os: UNIX, attrs: READABLE << 16 }],
    ]),
  );
  return zipSync(zippable);
}
