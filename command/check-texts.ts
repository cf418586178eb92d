import { AbortError, type Client, MAX_LENGTH, type Succeeded } from '../client/src/client.ts';
import type { Arguments } from './arguments.ts';
import { explained } from './explain.ts';
import { findingsOf } from './findings.ts';
import { corrected, writeBack } from './fix.ts';
import { progressOn } from './progress.ts';
import { asJson } from './report/json.ts';
import type { Report } from './report/report.ts';
import { asSarif } from './report/sarif.ts';
import { asText } from './report/text.ts';
import { encoded, readSource, type Source } from './source.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';
import { UserError } from './user-error.ts';

const ENDPOINTS = { proofread: 'proofread', critique: 'essay-critique' } as const;

/** Checks one text after another and reports what was found. An error in one does not keep the others from being checked. */
export async function checkTexts(
  client: Client,
  command: 'proofread' | 'critique',
  given: Arguments,
  surroundings: Surroundings,
  version: string,
): Promise<ExitCode> {
  const { stdin, stdout, stderr, signal } = surroundings;
  const operands = operandsOf(given, stdin);
  const reports: Report[] = [];
  let failed = false;
  for (const operand of operands) {
    try {
      const report = await checkText(client, command, operand, given, surroundings);
      reports.push(report);
      // The corrected text of standard input has standard output for itself.
      if (given.format === 'text') (report.fixed && operand === '-' ? stderr : stdout).write(asText(report));
    } catch (error) {
      stderr.write(`${operand === '-' ? '<stdin>' : operand}: ${explained(error)}\n`);
      if (error instanceof AbortError && error.cancellation !== undefined)
        stderr.write((await error.cancellation) ? '  cancelled\n' : '  not cancelled\n');
      failed = true;
      if (signal.aborted) break;
    }
  }
  if (given.format === 'json') stdout.write(asJson(reports));
  if (given.format === 'sarif')
    stdout.write(asSarif(reports, { version, directory: process.cwd(), complete: !failed }));
  if (failed) return 2;
  return reports.some(({ findings, fixed }) => findings.length > 0 && !fixed) ? 1 : 0;
}

function operandsOf({ operands, fix, format }: Arguments, stdin: Surroundings['stdin']): readonly string[] {
  if (operands.length === 0 && stdin.isTTY === true)
    throw new UserError('Name a file, or - for standard input. See --help.');
  const named = operands.length === 0 ? ['-'] : operands;
  if (fix && format !== 'text' && named.includes('-'))
    throw new UserError(
      '--fix writes the text of standard input to standard output, so --json and --sarif have no place.',
    );
  return named;
}

async function checkText(
  client: Client,
  command: 'proofread' | 'critique',
  operand: string,
  { fix, disabledRules, timeoutMs }: Arguments,
  { stdin, stdout, stderr, signal }: Surroundings,
): Promise<Report> {
  const source = await readSource(operand, stdin);
  const { name, path, text } = source;
  const longest = MAX_LENGTH[ENDPOINTS[command]];
  if (text.length > longest)
    throw new UserError(
      `The text has ${text.length} UTF-16 code units, and ${command} takes ${longest}. Split the file.`,
    );
  const operation = text.trim() === '' ? undefined : await analysed();
  const findings = operation === undefined ? [] : findingsOf(text, operation);
  if (fix) await putRight(source, operation, stdout, stderr);
  return { name, path, text, findings, operation, fixed: fix };

  async function analysed() {
    const progress = progressOn(stderr, name);
    const options = {
      signal,
      cancelOnAbort: true,
      deadlineMs: timeoutMs,
      disabledRules,
      onAccepted: progress.show,
      onProgress: progress.show,
    };
    try {
      if (command === 'proofread') return await client.proofread(text, options);
      return await client.critique(text, options);
    } finally {
      progress.end();
    }
  }
}

async function putRight(
  source: Source,
  operation: Succeeded | undefined,
  stdout: NodeJS.WritableStream,
  stderr: NodeJS.WritableStream,
): Promise<void> {
  const { name, path, text } = source;
  const issues = operation?.endpoint === 'proofread' ? operation.result.issues : [];
  const better = corrected(text, issues);
  if (path === undefined) stdout.write(encoded(source, better));
  else if (better !== text) {
    await writeBack(path, source, better);
    stderr.write(`${name}: ${issues.length} corrected\n`);
  }
}
