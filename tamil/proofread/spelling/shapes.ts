/**
 * Misspelt ends of words that no right word has: what is wrong, and what stands there by right. A doubled consonant may follow, for
 * the rules of sandhi look at it later.
 */
export interface Shape {
  readonly wrong: RegExp;
  readonly right: string;
  readonly kind: 'l' | 'r' | 'quality';
}

const shape = (wrong: string, right: string, kind: Shape['kind']): Shape => ({
  wrong: new RegExp(`${wrong}(?=$|[கசதப]்$)`, 'u'),
  right,
  kind,
});

export const SHAPES: readonly Shape[] = [
  shape('(?<=..)வி(?:ள்ள|ழ்ழ|ல்ள|ள்ல)ை', 'வில்லை', 'l'),
  ...['து', 'ன', 'னர்', 'ார்', 'ார்கள்', 'ான்', 'ாள்', 'ேன்', 'ோம்'].map((end) =>
    shape(`(?<=[டதறயவ])ு(?:ல்ல|ல்ள|ள்ல)${end}`, `ுள்ள${end}`, 'l'),
  ),
  ...['கு', 'காக', 'கான', 'கும்', 'காகவும்'].map((end) => shape(`(?<=த|த்தி|ட்டி|ற்றி)ர்${end}`, `ற்${end}`, 'r')),
  // மயானம் is a word of its own, and so is மின்மயானம்.
  shape('(?<=[ுி]|ய்|ண்)மயான', 'மையான', 'quality'),
  shape('மயாக', 'மையாக', 'quality'),
  shape('(?<=..)மயை', 'மையை', 'quality'),
];

/** The first shape that a word ends in, and the word mended. */
export const mendShape = (form: string): { kind: Shape['kind']; to: string } | undefined => {
  for (const { wrong, right, kind } of SHAPES)
    if (wrong.test(form)) return { kind, to: form.replace(wrong, right) };
  return undefined;
};
