import { wordList } from '../ending.ts';

/** Nouns whose own ending looks like a noun with the case ending ஐ. They stand in the nominative too, where nothing doubles. */
export const NOMINATIVES = wordList(`
  மெத்தை வித்தை நத்தை தத்தை சொத்தை கத்தை மொத்தை லத்தை சித்தை கொத்தை அத்தை ஊத்தை யானை பானை பூனை சேனை
  தானை மனை முனை சுனை பனை வினை தினை தரை கரை நரை பாவை நாவை சாவை மாயை சாயை ஜாயை வதை பதை களை தலை பாலை
  சாட்டை வாட்டை காட்டை தாட்டை சேட்டை பாட்டை காளை உருளை குருளை கோளை முதலை நாரை சாரை தாரை கோரை
`);

/** The same, also as the last part of a compound. */
export const NOMINATIVE_ENDS = wordList(`
  வார்த்தை சிறுத்தை தேவதை எத்தனை அத்தனை இத்தனை தண்டனை சாதனை சோதனை வேதனை போதனை நிபந்தனை நிந்தனை சிந்தனை ர்த்தனை ராதனை
  கற்பனை விற்பனை ஒப்பனை பாவனை யானை சித்திரவதை திருப்பாவை வெம்பாவை பெரியத்தை சின்னத்தை நிலக்கரை விடுதலை தறுதலை கெடுதலை
  வல்லாரை கொன்றை பகன்றை  இலுப்பை
`);
