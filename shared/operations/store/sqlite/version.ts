import type { Version } from '../port.ts';

/** A record's version, and the number of its row, by which it is found without a search for its id. */
export interface RowVersion {
  readonly version: number;
  /** 0 if it is not known. */
  readonly rowid: number;
}

const VERSION = /^(\d{1,16})\.(\d{1,16})$/;

export const versionOf = ({ version, rowid }: RowVersion): Version => `${version}.${rowid}`;

/** `undefined` for what no record ever had. */
export function parseVersion(version: Version): RowVersion | undefined {
  const parts = VERSION.exec(version);
  return parts === null ? undefined : { version: Number(parts[1]), rowid: Number(parts[2]) };
}
