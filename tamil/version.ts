/**
 * Which state of the rules found something. Raise it whenever the same text is told something else: another finding, another suggestion,
 * another sentence. test/tamil/version.test.ts holds it to that.
 */
export const RULES_VERSION = 2;
