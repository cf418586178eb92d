import { parseJson } from '../../parse-json.ts';

/** Shorter JSON is stored as it is. A text of average faults takes less. */
const PACK_FROM_BYTES = 128 * 1024;
const PREFIX = '{"packed":"';
/** Far above what was packed, so that a damaged record cannot fill the memory. */
const MOST_UNPACKED_BYTES = 64 * 1024 * 1024;
/** A result repeats its words a thousand times, so the least effort makes it a hundredth, in milliseconds. */
const QUALITY = 4;

/** Loaded at the first long record. */
const zlib = () => process.getBuiltinModule('node:zlib');

/** JSON as a store keeps it: long JSON is packed (Brotli, base64) into JSON with one field, unless that is longer. */
export function pack(json: string): string {
  const bytes = Buffer.byteLength(json);
  if (bytes <= PACK_FROM_BYTES) return json;
  const { brotliCompressSync, constants } = zlib();
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  };
  const packed = `${PREFIX}${brotliCompressSync(json, { params }).toString('base64')}"}`;
  return packed.length < bytes ? packed : json;
}

/** The JSON that `pack` was given; `undefined` if it is damaged. What is not packed is returned as it is. */
export function unpack(stored: string): string | undefined {
  if (!stored.startsWith(PREFIX)) return stored;
  const { packed } = (parseJson(stored) ?? {}) as { packed?: string };
  if (packed === undefined) return undefined;
  try {
    const bytes = Buffer.from(packed, 'base64');
    return zlib().brotliDecompressSync(bytes, { maxOutputLength: MOST_UNPACKED_BYTES }).toString();
  } catch {
    return undefined;
  }
}
