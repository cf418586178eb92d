import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { validate } from 'jsonschema';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { asSarif } from '../../command/report/sarif.ts';
import { listen } from '../../local/start/listen.ts';
import { type LocalServiceFixture, startLocalService } from '../support/local-service.ts';
import { command, temporaryDirectory } from './commanding.ts';

const NPX = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((place) => join(place, 'npx'))
  .find(existsSync);
if (NPX === undefined) console.warn('No npx. Skipped without it: the command as npx runs it.');

let service: LocalServiceFixture;
beforeAll(async () => {
  service = await startLocalService({ PROVIDER: 'rules' });
});
afterAll(() => service[Symbol.asyncDispose]());

const tamil = (argv: readonly string[], input?: string | Buffer, environment = {}) =>
  command(argv, { GOTAMIL_API: service.url, ...environment }, input);

/** Windows line ends, a byte order mark, and a character of two code units before what is wrong. */
const TEXT = '\uFEFFமுதல் வரி.\r\n😀 அந்த பையன் ஒரு ஆடு வாங்கினான்.\r\n';
const CORRECTED = '\uFEFFமுதல் வரி.\r\n😀 அந்தப் பையன் ஓர் ஆடு வாங்கினான்.\r\n';

const fileOf = (content: string | Buffer, name = 'essay.txt'): string => {
  const file = join(temporaryDirectory(), name);
  writeFileSync(file, content);
  return file;
};

describe('proofread', () => {
  it('says where it found what, and ends with 1', async () => {
    const file = fileOf(TEXT);
    const { code, out, err } = await tamil(['proofread', file]);
    expect(out.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/:2:4: warning: .* “அந்த” → “அந்தப்” \[sandhi\/demonstrative\]$/),
      expect.stringMatching(/:2:15: warning: .* “ஒரு” → “ஓர்” \[article\/before-vowel\]$/),
    ]);
    expect(out.startsWith(`${file}:`)).toBe(true);
    expect([code, err]).toEqual([1, '']);
  });

  it('ends with 0 where nothing is wrong, or is left of it', async () => {
    expect(await tamil(['proofread', '-'], 'வணக்கம்.')).toEqual({ code: 0, out: '', err: '' });
    expect(await tamil(['proofread'], ' \n')).toEqual({ code: 0, out: '', err: '' });
    const disabled = ['--disable', 'sandhi', '--disable', 'article/before-vowel'];
    expect(await tamil(['proofread', ...disabled], TEXT)).toEqual({ code: 0, out: '', err: '' });
  });

  it('writes the corrected text, and changes nothing else of the file', async () => {
    const file = fileOf(TEXT);
    chmodSync(file, 0o640);
    const link = join(temporaryDirectory(), 'link.txt');
    symlinkSync(file, link);
    const { code, err } = await tamil(['proofread', '--fix', link]);
    expect([code, err]).toEqual([0, `${link}: 2 corrected\n`]);
    expect(readFileSync(file, 'utf8')).toBe(CORRECTED);
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    const { mtimeMs } = statSync(file);
    expect(await tamil(['proofread', '--fix', link])).toEqual({ code: 0, out: '', err: '' });
    expect(statSync(file).mtimeMs).toBe(mtimeMs);
  });

  it('writes the corrected text of standard input to standard output', async () => {
    const { code, out, err } = await tamil(['proofread', '--fix'], TEXT);
    expect([code, out]).toEqual([0, CORRECTED]);
    expect(err).toContain('<stdin>:2:4: ');
  });

  it('gives one JSON document', async () => {
    const { code, out } = await tamil(['proofread', '--json', fileOf(TEXT), fileOf('வணக்கம்.')]);
    expect(code).toBe(1);
    const [first, second] = JSON.parse(out);
    expect(first.findings[0]).toMatchObject({
      line: 2,
      column: 4,
      end_line: 2,
      end_column: 8,
      start: 15,
      end: 19,
    });
    expect(first.operation.result.corrected_text).toBe(CORRECTED.slice(1));
    expect(second).toMatchObject({ findings: [], fixed: false, operation: { status: 'succeeded' } });
  });

  it('gives valid SARIF, whose paths hold on other machines', async () => {
    const schema = createRequire(import.meta.url)('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
    const file = fileOf(TEXT, 'என் கட்டுரை.txt');
    const { code, out } = await tamil(['proofread', '--sarif', file, '-'], 'அந்த பையன் வந்தான்.');
    expect(code).toBe(1);
    const log = JSON.parse(out);
    expect(validate(log, schema).errors).toEqual([]);
    expect(validate({ ...log, runs: [{}] }, schema).errors).not.toEqual([]);
    const [run] = log.runs;
    expect(run.invocations).toEqual([{ executionSuccessful: true }]);
    expect(run.columnKind).toBe('utf16CodeUnits');
    const [result] = run.results;
    expect(result.ruleId).toBe('sandhi/demonstrative');
    expect(result.locations[0].physicalLocation.region).toMatchObject({
      startLine: 2,
      startColumn: 4,
      endColumn: 8,
    });
    expect(result.fixes[0].artifactChanges[0].replacements[0].insertedContent).toEqual({ text: 'அந்தப்' });
    expect(run.artifacts[0].location).toEqual({ uri: String(pathToFileURL(file)) });
    const ofAll = { severity: 'low', type: 'length', rule: undefined, place: undefined } as const;
    const report = {
      name: file,
      path: file,
      text: 'அ\nஆஇ',
      findings: [{ ...ofAll, message: 'சிறியது', suggestion: undefined }],
      operation: undefined,
      fixed: false,
    };
    const below = JSON.parse(
      asSarif([report], { version: '1.0.0', directory: dirname(file), complete: false }),
    );
    expect(below.runs[0].artifacts[0].location).toEqual({
      uri: encodeURIComponent('என் கட்டுரை.txt'),
      uriBaseId: '%SRCROOT%',
    });
    expect(below.runs[0].results[0].locations[0].physicalLocation.region).toEqual({
      startLine: 1,
      startColumn: 1,
      endLine: 2,
      endColumn: 3,
    });
    expect(validate(below, schema).errors).toEqual([]);
  });

  it('goes on after a text that cannot be checked, and ends with 2', async () => {
    const long = fileOf('அ'.repeat(10_001));
    const latin = fileOf(Buffer.from('caf\xe9', 'latin1'));
    const { code, out, err } = await tamil(['proofread', 'no-such-file.txt', long, latin, fileOf(TEXT)]);
    expect(code).toBe(2);
    expect(err).toBe(
      [
        'no-such-file.txt: There is no such file.',
        `${long}: The text has 10001 UTF-16 code units, and proofread takes 10000. Split the file.`,
        `${latin}: The text is not UTF-8.\n`,
      ].join('\n'),
    );
    expect(out.trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('critique', () => {
  it('says what could be better', async () => {
    const essay = 'மழை நல்லது.\n\n1876 இல் பெரும் பஞ்சம் வந்தது.\n\nஎனவே நீரைக் காப்போம்.\n';
    const { code, out } = await tamil(['critique'], essay);
    expect(code).toBe(1);
    expect(out).toMatch(/^<stdin>:3:\d+: (error|warning|note): /m);
    expect(out).toMatch(/^<stdin>: (error|warning|note): /m);
  });
});

describe('what the user can mend is one line, and ends with 2', () => {
  it.each([
    [['frobnicate'], {}, 'frobnicate is no command. See --help.\n'],
    [['proofread', '--frob'], {}, /^Unknown option '--frob'/],
    [['critique', '--fix'], {}, 'critique takes no --fix. See --help.\n'],
    [['get'], {}, 'get takes the id of one operation. See --help.\n'],
    [['proofread', '--timeout', 'soon', '-'], {}, '--timeout takes a whole number from 1.\n'],
    [['proofread', '--fix', '--json'], {}, /^--fix writes the text of standard input/],
    [
      ['list'],
      { GOTAMIL_API: 'analysis.example' },
      'GOTAMIL_API is no http or https URL: analysis.example\n',
    ],
    [['list'], { GOTAMIL_API: 'https://analysis.example' }, /^TOKEN is not set: /],
    [['list'], { GOTAMIL_API: 'http://localhost:9' }, /^Nothing answers at http:\/\/localhost:9\./],
    [['list'], { TOKEN: 'expired' }, /^.*token.*\n {2}code unauthorized\n {2}request \S+\n$/],
    [['list', '--status', 'lost'], {}, /^.*\n {2}status .*\n {2}code validation-error\n/],
  ] as const)('%j %j', async (argv, environment, message) => {
    const { code, out, err } = await tamil(argv, '', environment);
    expect([code, out]).toEqual([2, '']);
    if (typeof message === 'string') expect(err).toBe(message);
    else expect(err).toMatch(message);
  });

  it('and so is another server at the place of the service', async () => {
    const other = createServer((_, response) => void response.end('<html>Welcome</html>'));
    onTestFinished(() => void other.close());
    const { port } = await listen(other, 0);
    const api = `http://localhost:${port}`;
    const { code, err } = await tamil(['list'], '', { GOTAMIL_API: api });
    expect([code, err]).toEqual([2, `${api} gives out no development tokens. Set TOKEN.\n`]);
  });

  it('and --help is 0', async () => {
    const { code, out } = await tamil(['--help']);
    expect(code).toBe(0);
    expect(out).toMatch(/^Usage: npx \. COMMAND/);
  });

  it.skipIf(NPX === undefined)('and npx . runs it', () => {
    const output = execFileSync(NPX ?? '', ['.', '--version'], {
      encoding: 'utf8',
      env: { ...process.env, npm_config_offline: 'true' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    expect(output).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
