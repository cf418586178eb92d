import { describe, expect, it } from 'vitest';
import type { CritiqueItem } from '../../../shared/analyses/essay-critique.ts';
import { essayCritiqueResult } from '../../../shared/analyses/essay-critique.ts';
import { critique } from '../../../tamil/critique/critique.ts';

const read = (text: string) => {
  const result = essayCritiqueResult.parse(critique(text));
  const items = Object.values(result.sections).flatMap((section) => section.items);
  for (const { location } of items) {
    if (location !== null) expect(text.slice(location.from, location.to)).toBe(location.excerpt);
  }
  return {
    ...result,
    items,
    of: (category: string): CritiqueItem[] => items.filter((item) => item.category === category),
  };
};

const SENTENCE = 'மரங்கள் காற்றைத் தூய்மையாக்கி நமக்கு நிழலும் கனியும் தருகின்றன. ';
const paragraph = (sentences: number): string => SENTENCE.repeat(sentences).trim();

describe('structure', () => {
  it('asks for paragraphs where a long essay has one', () => {
    expect(read(paragraph(15)).of('paragraphs')).toMatchObject([
      { severity: 'high', title: 'பத்திகள் பிரிக்கப்படவில்லை' },
    ]);
    expect(read([paragraph(5), paragraph(5), paragraph(5)].join('\n\n')).of('paragraphs')).toEqual([]);
  });

  it('misses a conclusion, and finds one by its words', () => {
    const open = [paragraph(4), paragraph(4), paragraph(4)];
    expect(read(open.join('\n\n')).of('conclusion')).toHaveLength(1);
    const closed = [paragraph(4), paragraph(4), `எனவே மரம் வளர்ப்போம். ${paragraph(2)}`];
    expect(read(closed.join('\n\n')).of('conclusion')).toEqual([]);
  });

  it('says which paragraph is too heavy and which is one thin sentence', () => {
    const text = [paragraph(2), paragraph(20), 'நீர் வேண்டும்.', paragraph(2)].join('\n\n');
    const balance = read(text).of('balance');
    expect(balance.map(({ severity }) => severity)).toEqual(['medium', 'low']);
    expect(balance[1]?.location?.excerpt).toBe('நீர் வேண்டும்.');
  });

  it('does not take a title for the introduction', () => {
    const text = `மரங்களின் பயன்\n\n${paragraph(12)}\n\n${paragraph(3)}\n\n${paragraph(3)}`;
    const [introduction] = read(text).of('introduction');
    expect(introduction?.location?.excerpt.startsWith('மரங்கள் காற்றை')).toBe(true);
  });

  it('sees that no sentence is tied to another, or always in the same way', () => {
    expect(read(paragraph(12)).of('connectives')).toHaveLength(1);
    const tied = Array.from({ length: 6 }, () => `மேலும் ${SENTENCE}`).join('');
    expect(read(tied + paragraph(6)).of('connectives')[0]?.title).toContain('மேலும்');
  });
});

describe('clarity', () => {
  it('quotes a long sentence at its place and counts its words', () => {
    const long = `${'மரமும் '.repeat(14)}மற்றும் ${'செடியும் '.repeat(14)}வளர்ந்தன.`;
    const [item] = read(`${SENTENCE}${long} ${SENTENCE}`).of('sentence-length');
    expect(item).toMatchObject({ severity: 'medium', title: 'நீண்ட வாக்கியம்: 30 சொற்கள்' });
    expect(item?.location?.from).toBe(SENTENCE.length);
    expect(item?.description).toContain('‘மற்றும்’ வரும் இடத்தில்');
  });

  it('names a word that comes too often', () => {
    expect(read(paragraph(8)).of('repetition')[0]?.title).toMatch(/8 முறை/);
  });

  it('offers the written form of a spoken word, and the correction of a slip', () => {
    const result = read(`நேத்து மழை பெய்தது. அந்த குளம் நிரம்பியது. ${paragraph(3)}`);
    expect(result.of('spoken-form')).toMatchObject([{ suggestion: { text: 'நேற்று', canAutoApply: true } }]);
    expect(result.of('sandhi')).toMatchObject([{ suggestion: { text: 'அந்தக்', canAutoApply: true } }]);
  });

  it('does not break a sentence at an abbreviation or a decimal', () => {
    const text = 'திரு. வி. க. எழுதிய நூல் 3.5 மடங்கு விற்றது. மக்கள் மகிழ்ந்தனர்.';
    expect(read(text).sections.structure.summary).toContain('வாக்கியங்கள்: 2');
  });
});

describe('facts', () => {
  it.each([
    ['1947 ஆம் ஆண்டு நாடு விடுதலை பெற்றது.', 'claim-date'],
    ['நாட்டில் 80 விழுக்காடு மக்கள் படித்தவர்கள்.', 'claim-figure'],
    ['இது உலகிலேயே பெரிய மலர்.', 'claim-superlative'],
    ['பாரதியார் பல மொழிகள் கற்றார்.', 'claim-name'],
  ])('badges as unverified: %s', (text, category) => {
    const result = read(text);
    expect(result.of(category)).toMatchObject([{ badge: 'unverified', location: { excerpt: text } }]);
    expect(result.safetyFlags).toMatchObject([{ itemId: 'facts-1', type: 'unverified' }]);
  });

  it('leaves list numbers and opinions alone', () => {
    expect(read('1. மரம் வளர்ப்போம்.\n2. நீரைச் சேமிப்போம்.').sections.facts.items).toEqual([]);
  });

  it('thinks better of a claim that names a source, and still does not call it verified', () => {
    const [item] = read('அரசின் 2011 அறிக்கையின்படி மக்கள் தொகை பெருகியது.').sections.facts.items;
    expect(item).toMatchObject({ severity: 'low', badge: 'unverified' });
  });
});

describe('citations', () => {
  it('confirms a verse of the Kural however it is split, with its number', () => {
    const [item] = read('வள்ளுவர் சொன்னார்: “கற்க கசடறக் கற்பவை கற்றபின்\nநிற்க அதற்குத் தக”').sections.citations.items;
    expect(item).toMatchObject({ badge: 'verified', sourceTitle: 'திருக்குறள் 391' });
  });

  it('tells a misquoted verse, gives the text, and flags it', () => {
    const result = read('“அன்பின் வழியது உயிர்நிலை அஃதிலார்க்கு எலும்புதோல் சேர்ந்த உடம்பு” என்பது குறள்.');
    expect(result.sections.citations.items).toMatchObject([
      { badge: 'conflicting', sourceTitle: 'திருக்குறள் 80', suggestion: { meaningMayChange: true } },
    ]);
    expect(result.safetyFlags).toContainEqual(
      expect.objectContaining({ itemId: 'citations-1', type: 'conflicting' }),
    );
  });

  it('says of any other quotation that it is not verified', () => {
    const [item] = read('“உழைப்பே உயர்வு தரும் என்பது உண்மை” என்றார் ஒருவர்.').sections.citations.items;
    expect(item).toMatchObject({ badge: 'unverified', title: 'மேற்கோள் சரிபார்க்கப்படவில்லை' });
  });
});

describe('unusual essays', () => {
  it('says of one word that it is no essay, and of English that it is not Tamil', () => {
    expect(read('தமிழ்').of('length')).toHaveLength(1);
    expect(read('This essay is not in Tamil at all.').of('language')).toHaveLength(1);
  });

  it('keeps a long essay readable', () => {
    const claim = 'அந்த ஆண்டில் 45 பேர் நேத்து வந்தாங்க என “அவர் பல முறை சொன்னார்”. ';
    const result = read(claim.repeat(300).slice(0, 20_000));
    expect(result.items.length).toBeLessThan(60);
    expect(result.topFixes.length).toBeLessThanOrEqual(5);
  });

  it('speaks Tamil to the pupil, and nothing but', () => {
    const result = read(`${paragraph(14)} 1947 நேத்து “பல நாட்கள் முன்பு நடந்தது”`);
    for (const { title, description } of result.items) {
      expect(`${title} ${description}`.replace(/‘[^’]*’|[A-Z#]+/g, '')).not.toMatch(/[a-z]/);
    }
  });
});
