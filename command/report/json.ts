import type { Report } from './report.ts';

/** One document: an entry for each text, with the operation as the service answered it. */
export const asJson = (reports: readonly Report[]): string => {
  const entries = reports.map(({ name, findings, operation, fixed }) => ({
    file: name,
    fixed,
    findings: findings.map(({ place, ...finding }) => ({
      ...(place !== undefined && {
        line: place.from.line,
        column: place.from.column,
        end_line: place.to.line,
        end_column: place.to.column,
        start: place.start,
        end: place.end,
        excerpt: place.excerpt,
      }),
      ...finding,
    })),
    operation,
  }));
  return `${JSON.stringify(entries, null, 2)}\n`;
};
