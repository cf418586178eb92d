import * as z from 'zod';

const PART = '[a-z]+(?:-[a-z]+)*';

/** A rule of the offline engine: `family/name`. docs/rules.md lists them. */
export const ruleName = z
  .string()
  .regex(new RegExp(`^${PART}/${PART}$`), 'must be the name of a rule, as sandhi/dative');

export const MAX_DISABLED_RULES = 100;

/**
 * The rules or whole families whose findings a tenant does not want. An unknown name is no fault: rules come and go with
 * versions of the engine, and a client's list must outlive them.
 */
export const disabledRules = z
  .array(
    z
      .string()
      .max(64)
      .regex(
        new RegExp(`^${PART}(?:/${PART})?$`),
        'must be the name of a rule or a family, as sandhi/dative or sandhi',
      ),
  )
  .max(MAX_DISABLED_RULES, `must name at most ${MAX_DISABLED_RULES} rules or families`)
  .optional();
