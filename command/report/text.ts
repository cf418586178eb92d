import type { Finding } from '../findings.ts';
import type { Report } from './report.ts';

/** What compilers call it, so that editors know it. */
const LEVELS = { high: 'error', medium: 'warning', low: 'note' } as const;

/** A line for each finding: `file:line:column: level: message`. */
export const asText = ({ name, findings }: Report): string =>
  findings.map((finding) => `${lineOf(name, finding)}\n`).join('');

function lineOf(name: string, { severity, place, message, suggestion, rule }: Finding): string {
  const at = place === undefined ? '' : `:${place.from.line}:${place.from.column}`;
  const change =
    suggestion === undefined || place === undefined ? '' : ` “${place.excerpt}” → “${suggestion}”`;
  const line = `${name}${at}: ${LEVELS[severity]}: ${message}${change}${rule === undefined ? '' : ` [${rule}]`}`;
  return line.replace(/\s+/g, ' ');
}
