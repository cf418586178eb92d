/** What the endings of nouns say. */
export const NOMINATIVE = { case: 'nominative' } as const;
export const ACCUSATIVE = { case: 'accusative' } as const;
export const DATIVE = { case: 'dative' } as const;
export const INSTRUMENTAL = { case: 'instrumental' } as const;
export const SOCIATIVE = { case: 'sociative' } as const;
export const LOCATIVE = { case: 'locative' } as const;
export const ABLATIVE = { case: 'ablative' } as const;
export const GENITIVE = { case: 'genitive' } as const;
export const ADVERB = { form: 'adverb in -ஆக' } as const;
export const ADJECTIVE = { form: 'adjective in -ஆன' } as const;
export const NEGATIVE = { form: 'without' } as const;
