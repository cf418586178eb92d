import { EditorView } from '@codemirror/view';

/**
 * How the text and its marks look. Kinds differ by the line's form as well as by its colour. Wavy lines vanish under Tamil
 * letters unless they are drawn through what hangs below the line, and a little lower than usual.
 */
const line = (style: string, colour: string) => ({
  textDecoration: `underline ${style} var(--${colour})`,
  textDecorationThickness: style === 'wavy' ? '1.5px' : '2px',
  textDecorationSkipInk: 'none',
  textUnderlineOffset: '.28em',
});

const shade = (colour: string, share: number) =>
  `color-mix(in srgb, var(--${colour}) ${share}%, transparent)`;

const toned = (tone: string, style: string) => ({
  [`.mark.${tone}`]: { ...line(style, tone), cursor: 'pointer' },
  [`.mark.${tone}:hover`]: { backgroundColor: shade(tone, 10) },
  [`.mark.${tone}.active`]: {
    backgroundColor: shade(tone, 20),
    boxShadow: `0 0 0 2px ${shade(tone, 20)}`,
    borderRadius: '2px',
  },
});

export const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'transparent' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'inherit',
    fontSize: 'var(--text-size)',
    lineHeight: '1.95',
    overflowX: 'hidden',
    scrollbarWidth: 'thin',
  },
  '.cm-content': {
    padding: 'var(--sheet-padding)',
    maxWidth: '44rem',
    margin: '0 auto',
    caretColor: 'var(--accent)',
    overflowWrap: 'anywhere',
  },
  '.cm-line': { padding: '0' },
  '.cm-placeholder': { color: 'var(--muted)' },
  ...toned('spelling', 'wavy'),
  ...toned('grammar', 'solid'),
  ...toned('style', 'dotted'),
  ...toned('clarity', 'dashed'),
  ...toned('structure', 'solid'),
  ...toned('facts', 'dashed'),
  ...toned('citations', 'dotted'),
});
