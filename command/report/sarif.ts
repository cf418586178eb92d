import { isAbsolute, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ArtifactLocation, Log, Region, ReportingDescriptor, Result } from 'sarif';
import type { Finding, Place } from '../findings.ts';
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
  const ids = [...new Set(reports.flatMap(({ findings }) => findings.map(ruleIdOf)))].sort();
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'tamil-text-analysis',
            version,
            rules: ids.map((id): ReportingDescriptor => ({ id })),
          },
        },
        invocations: [{ executionSuccessful: complete }],
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [ROOT]: { uri: `${pathToFileURL(directory)}/` } },
        artifacts: reports.map(({ path }) => ({ location: locationOf(path, directory), encoding: 'UTF-8' })),
        results: reports.flatMap(({ path, findings }, index) => {
          const file = { ...locationOf(path, directory), index };
          return findings.map((finding) => resultOf(finding, file, ids));
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
  if (below.startsWith('..') || isAbsolute(below)) return { uri: String(pathToFileURL(path)) };
  const uri = below.split(sep).map(encodeURIComponent).join('/');
  return { uri, uriBaseId: ROOT };
}

function resultOf(finding: Finding, file: ArtifactLocation, ids: readonly string[]): Result {
  const { place, suggestion, message, severity } = finding;
  const ruleId = ruleIdOf(finding);
  return {
    ruleId,
    ruleIndex: ids.indexOf(ruleId),
    level: LEVELS[severity],
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: file,
          ...(place !== undefined && { region: { ...regionOf(place), snippet: { text: place.excerpt } } }),
        },
      },
    ],
    ...(place !== undefined &&
      suggestion !== undefined && {
        fixes: [
          {
            artifactChanges: [
              {
                artifactLocation: file,
                replacements: [{ deletedRegion: regionOf(place), insertedContent: { text: suggestion } }],
              },
            ],
          },
        ],
      }),
  };
}

const regionOf = ({ from, to }: Place): Region => ({
  startLine: from.line,
  startColumn: from.column,
  endLine: to.line,
  endColumn: to.column,
});

/** What a language model found has no rule, but a kind. */
const ruleIdOf = ({ rule, type }: Finding): string => rule ?? type;
