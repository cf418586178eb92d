/** What each family of rules is about, for docs/rules.md. */
export const FAMILIES: Readonly<Record<string, string>> = {
  unicode:
    'How the letters are encoded. What only looks different to a machine is one note for the whole text; a text in visual order, in an old font or in the wrong encoding is one issue.',
  spelling:
    'Misspelt words: known ones, those made from common words by taking ண ன ந, ல ள ழ or ர ற for one another, and endings that no word has.',
  cluster:
    'Letters that no Tamil word has side by side, or at its beginning. Loans and foreign names are left alone.',
  colloquial:
    'Spoken words and endings, with their written forms. What stands in quotation marks is left as it was said.',
  spacing: 'Blanks and marks between words, words run together, a function word written twice.',
  article: 'ஒரு before a consonant, ஓர் before a vowel. ஓர் யானை is accepted.',
  agreement:
    'A subject and its finite verb, a word of time and the tense, a count and its noun. Only where they stand beside each other.',
  sandhi:
    'Doubling of க ச த ப between two words: missing, superfluous (`never-…`) or of the wrong letter. Novels and newspapers leave half of it out, so it is grammar, not spelling. The textbook is that of Tamil Nadu for class 9. Editions of Nannool differ in their counting, so only three sutras are cited by number, which public editions agree on.',
};
