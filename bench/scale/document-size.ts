/** A value of Firestore's REST API. */
type Value = Readonly<Record<string, unknown>>;

interface RestDocument {
  /** `projects/…/documents/operations/<id>` */
  readonly name: string;
  readonly fields: Readonly<Record<string, Value>>;
}

const stringSize = (text: string): number => Buffer.byteLength(text) + 1;

function valueSize(value: Value): number {
  if ('stringValue' in value) return stringSize(String(value['stringValue']));
  if ('arrayValue' in value) {
    const { values = [] } = value['arrayValue'] as { values?: Value[] };
    return values.reduce((sum, element) => sum + valueSize(element), 0);
  }
  if ('integerValue' in value || 'timestampValue' in value || 'doubleValue' in value) return 8;
  throw new Error(`a value of an unknown kind: ${Object.keys(value).join()}`);
}

/** The collections and ids below the database. */
const pathOf = (name: string): string[] => (name.split('/documents/')[1] ?? '').split('/');

/** 16 bytes, and each collection and each id. The root, which is the parent of a top collection, has no name. */
const nameSize = (path: readonly string[]): number =>
  path.length === 0 ? 0 : path.reduce((sum, part) => sum + stringSize(part), 16);

/**
 * Bytes that Firestore stores for a document and for its entries in composite indexes, which name these fields each.
 * Source: https://firebase.google.com/docs/firestore/storage-size
 */
export function storedSize({ name, fields }: RestDocument, indexes: readonly (readonly string[])[]): number {
  const path = pathOf(name);
  const names = nameSize(path) + nameSize(path.slice(0, -2));
  const document = Object.entries(fields).reduce(
    (sum, [field, value]) => sum + stringSize(field) + valueSize(value),
    nameSize(path) + 32,
  );
  const entries = indexes
    .filter((index) => index.every((field) => field in fields))
    .map((index) => names + index.reduce((sum, field) => sum + valueSize(fields[field] ?? {}), 32));
  return document + entries.reduce((sum, entry) => sum + entry, 0);
}
