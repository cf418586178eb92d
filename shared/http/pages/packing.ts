import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Compresses a file, once for all who ask for it. */
export const pack = {
  br: (content: Buffer): Promise<Buffer> =>
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (content: Buffer): Promise<Buffer> => promisify(gzip)(content),
};

/** How an answer may be packed, the smallest first. */
const CODINGS = ['br', 'gzip'] as const;
export type Coding = (typeof CODINGS)[number];

/** The best coding that a client takes; one with `q=0` is refused (RFC 9110, section 12.5.3). */
export function codingFor(acceptEncoding: readonly string[]): Coding | undefined {
  const accepted = acceptEncoding
    .join()
    .split(',')
    .filter((coding) => !/;\s*q=0(\.0*)?\s*$/.test(coding))
    .map((coding) => coding.split(';', 1)[0]?.trim().toLowerCase());
  return CODINGS.find((coding) => accepted.includes(coding));
}
