import fc from 'fast-check';
import { resolve } from './described.ts';

/** As much of JSON Schema as the document's requests use. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

const WORDS = [
  'அந்த',
  'பையன்',
  'ஒரு',
  'ஆடு',
  'வாங்கினான்',
  'https://example.org/',
  '😀',
  '{{name}}',
  '\u200c',
  '\n',
];
/** A text as clients send it, one of any characters, and one about as long as may be. */
const texts = (max: number): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 40 })
        .map((all) => all.join(' ')),
    },
    { weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 200, unit: 'binary' }) },
    { weight: 1, arbitrary: fc.integer({ min: max - 1, max: max + 1 }).map((length) => 'அ'.repeat(length)) },
  );

/** Values that a schema allows, or nearly: a filter by the schema makes the first of it. */
export function valuesOf(given: object): fc.Arbitrary<unknown> {
  const schema = resolve(given) as Schema;
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const { minLength = 0, maxLength = 300, minimum = -10, maximum = 1000 } = schema;
  switch (schema.type) {
    case 'string':
      if (schema.format === 'uuid') return fc.uuid();
      if (maxLength > 1000) return texts(maxLength);
      if (schema.pattern === undefined) return fc.string({ minLength, maxLength: Math.min(maxLength, 50) });
      return fc.stringMatching(new RegExp(schema.pattern), { size: 'small' });
    case 'integer':
      return fc.integer({ min: minimum, max: maximum });
    case 'array':
      return fc.array(valuesOf(schema.items ?? {}), { maxLength: 5 });
    case 'object': {
      const { properties = {}, required = [] } = schema;
      const entries = Object.entries(properties).map(([name, one]) => [name, valuesOf(one)] as const);
      return fc.record(Object.fromEntries(entries), { requiredKeys: [...required] });
    }
    default:
      return fc.jsonValue({ maxDepth: 1 });
  }
}

/** Values with something wrong in them, as a rule. */
export const spoilt = (schema: object): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc
      .tuple(valuesOf(schema), fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 1 }), fc.nat(9))
      .map(([value, name, other, which]) => {
        if (typeof value !== 'object' || value === null) return other;
        const names = Object.keys(value);
        const at = names[which % Math.max(1, names.length)] ?? name;
        const { [at]: _, ...rest } = value as Record<string, unknown>;
        return which % 3 === 0
          ? { ...value, [name]: other }
          : which % 3 === 1
            ? rest
            : { ...value, [at]: other };
      }),
  );
