import { isAbsolute, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ArtifactLocation, Log, Region, Result } from 'sarif';
import type { Finding } from '../findings.ts';
import { type Position, positionsIn } from '../positions.ts';
import type { Report } from './report.ts';

const LEVELS = { high: 'error', medium: 'warning', low: 'note' } as const;

export interface RunOfAll {
  /** Of this command. */
  readonly version: string;
  /** Below which paths are relative. */
  readonly directory: string;
  /** Whether every text that was named could be checked. */
  readonly complete: boolean;
}

/** The findings of all texts as one run. Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export function asSarif(reports: readonly Report[], { version, directory, complete }: RunOfAll): string {
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'tamil-text-analysis', version } },
        invocations: [{ executionSuccessful: complete }],
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [ROOT]: { uri: `${pathToFileURL(directory)}/` } },
        artifacts: reports.map(({ path }) => ({ location: locationOf(path, directory), encoding: 'UTF-8' })),
        results: reports.flatMap(({ path, text, findings }, index) => {
          const file = { ...locationOf(path, directory), index };
          return findings.map((finding) => resultOf(finding, file, text));
        }),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const ROOT = '%SRCROOT%';

/** Below the directory, relative to it, so that the log holds on other machines. */
function locationOf(path: string | undefined, directory: string): ArtifactLocation {
  if (path === undefined) return { uri: 'stdin' };
  const below = relative(directory, path);
  if (below.split(sep)[0] === '..' || isAbsolute(below)) return { uri: String(pathToFileURL(path)) };
  const uri = below.split(sep).map(encodeURIComponent).join('/');
  return { uri, uriBaseId: ROOT };
}

function resultOf(finding: Finding, file: ArtifactLocation, text: string): Result {
  const { place, suggestion, message, severity, rule, type } = finding;
  const region = place === undefined ? wholeOf(text) : regionOf(place.from, place.to);
  return {
    // What a language model found has no rule, but a kind.
    ruleId: rule ?? type,
    level: LEVELS[severity],
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: file,
          region: { ...region, ...(place !== undefined && { snippet: { text: place.excerpt } }) },
        },
      },
    ],
    ...(place !== undefined && suggestion !== undefined && { fixes: [fixOf(region, suggestion, file)] }),
  };
}

const fixOf = (region: Region, suggestion: string, file: ArtifactLocation) => ({
  artifactChanges: [
    {
      artifactLocation: file,
      replacements: [{ deletedRegion: region, insertedContent: { text: suggestion } }],
    },
  ],
});

const regionOf = (from: Position, to: Position): Region => ({
  startLine: from.line,
  startColumn: from.column,
  endLine: to.line,
  endColumn: to.column,
});

function wholeOf(text: string): Region {
  const positionOf = positionsIn(text);
  return regionOf(positionOf(0), positionOf(text.length));
}
