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

  it('reports sentences that no connective joins, and one connective that comes too often', () => {
    expect(read(paragraph(12)).of('connectives')).toHaveLength(1);
    const tied = Array.from({ length: 6 }, () => `மேலும் ${SENTENCE}`).join('');
    expect(read(tied + paragraph(6)).of('connectives')[0]?.title).toContain('மேலும்');
  });
});

describe('clarity', () => {
  it('quotes a long sentence at its place and counts its words', () => {
    const long = `${'மரமும் '.repeat(14)}வளர்ந்ததால் எனவே ${'செடியும் '.repeat(13)}வளர்ந்தன.`;
    const [item] = read(`${SENTENCE}${long} ${SENTENCE}`).of('sentence-length');
    expect(item).toMatchObject({ severity: 'medium', title: 'நீண்ட வாக்கியம்: 30 சொற்கள்' });
    expect(item?.location?.from).toBe(SENTENCE.length);
    expect(item?.description).toContain('‘எனவே’ வரும் இடத்தில்');
  });

  it('names a word that comes too often', () => {
    expect(read(paragraph(8)).of('repetition')[0]?.title).toMatch(/8 முறை/);
  });

  it('offers the written form of a spoken word, and the correction of a slip', () => {
    const result = read(`நேத்து மழை பெய்தது. அந்த குளம் நிரம்பியது. ${paragraph(3)}`);
    expect(result.of('spoken-form')).toMatchObject([{ suggestion: { text: 'நேற்று', canAutoApply: true } }]);
    expect(result.of('sandhi')).toMatchObject([{ suggestion: { text: 'அந்தக்', canAutoApply: true } }]);
  });

  it('leaves the words of others as they wrote them', () => {
    const text = 'பாரதியார், “அந்த காலம் போச்சு என்று பாடு” என்றார். அந்த காலம் போனது.';
    const places = read(text).of('sandhi');
    expect(places.map(({ location }) => location?.from)).toEqual([text.lastIndexOf('அந்த')]);
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

  it.each([
    'தம்பிக்கு 5 வயது.',
    'அவர் 60 வயதில் ஓய்வு பெற்றார்.',
    'விழா காலை 10.30 மணிக்குத் தொடங்கியது.',
    'நிகழ்ச்சி 2 மணி நேரம் நடந்தது.',
    'அவன் 10-ஆம் வகுப்பில் படிக்கிறான்.',
    'தேர்வில் 500-க்கு 480 மதிப்பெண்கள் கிடைத்தன.',
    'எங்கள் பள்ளியில் 900 மாணவர்கள் படிக்கிறார்கள்.',
    'வீடு 12, காந்தி தெரு, மதுரை - 625001 என்ற முகவரியில் உள்ளது.',
    'கைப்பேசி எண் 98400 12345 ஆகும்.',
    'இக்கருத்து குறள் 391 கூறுவது.',
    'விவரம் 45-ஆம் பக்கத்தில் உள்ளது.',
    'நாள்தோறும் 3 லிட்டர் நீர் குடிக்க வேண்டும்.',
    'நான் 1998-இல் பிறந்தேன்.',
    'இளைஞர்களின் பங்கு பெரிது.',
    'ஆயிரம் மலர்கள் மலரட்டும்.',
    'மிகப் பெரிய மரம் ஒன்று நின்றது.',
    'காந்தி வழியில் நடப்போம்.',
    'வள்ளுவர் அன்பின் பெருமையைக் கூறுகிறார்.',
    'படிக்க https://a.in/2023/அறிக்கை என்ற பக்கம் உள்ளது.',
  ])('claims nothing: %s', (text) => {
    expect(read(text).sections.facts.items).toEqual([]);
  });

  it.each([
    ['தமிழ்நாட்டில் 38 மாவட்டங்கள் உள்ளன.', 'claim-figure'],
    ['ஆண்டுதோறும் 1,50,000 பேர் விபத்தில் இறக்கின்றனர்.', 'claim-figure'],
    ['மூன்றில் இரண்டு பங்கு நீரால் ஆனது.', 'claim-figure'],
    ['எழுத்தறிவு 80% ஆக உயர்ந்தது.', 'claim-figure'],
    ['இத்திட்டத்துக்கு ₹500 செலவானது.', 'claim-figure'],
    ['15.08.1947 அன்று நாடு விடுதலை பெற்றது.', 'claim-date'],
    ['தொழிற்புரட்சி 18-ஆம் நூற்றாண்டில் தொடங்கியது.', 'claim-date'],
    ['உலகின் மிகப் பெரிய பாலைவனம் சகாரா.', 'claim-superlative'],
  ])('claims something: %s', (text, category) => {
    expect(read(text).of(category)).toHaveLength(1);
  });

  it('leaves list numbers and opinions alone', () => {
    expect(read('1. மரம் வளர்ப்போம்.\n2. நீரைச் சேமிப்போம்.').sections.facts.items).toEqual([]);
  });

  it('gives a claim with a source a lower severity, and does not call it verified', () => {
    const [item] = read('அரசின் 2011 அறிக்கையின்படி மக்கள் தொகை பெருகியது.').sections.facts.items;
    expect(item).toMatchObject({ severity: 'low', badge: 'unverified' });
  });
});

describe('citations', () => {
  it('confirms a verse of the Kural however it is split, with its number', () => {
    const [item] = read('வள்ளுவர் சொன்னார்: “கற்க கசடறக் கற்பவை கற்றபின்\nநிற்க அதற்குத் தக”').sections.citations.items;
    expect(item).toMatchObject({ badge: 'verified', sourceTitle: 'திருக்குறள் 391' });
  });

  it('reports a misquoted verse, gives its text, and flags it', () => {
    const result = read('“அன்பின் வழியது உயிர்நிலை அஃதிலார்க்கு எலும்புதோல் சேர்ந்த உடம்பு” என்பது குறள்.');
    expect(result.sections.citations.items).toMatchObject([
      { badge: 'conflicting', sourceTitle: 'திருக்குறள் 80', suggestion: { meaningMayChange: true } },
    ]);
    expect(result.safetyFlags).toContainEqual(
      expect.objectContaining({ itemId: 'citations-1', type: 'conflicting' }),
    );
  });

  const VERSE = 'தீயினாற் சுட்டபுண் உள்ளாறும் ஆறாதே நாவினாற் சுட்ட வடு';

  it.each([
    `“${VERSE}” (குறள் 129)`,
    `“${VERSE}” (129)`,
    `“${VERSE}” (குறள் எண்: 129) என்பர்.`,
    `“${VERSE}” – திருக்குறள் 129`,
    `129-ஆவது குறளில் “${VERSE}” என்கிறார்.`,
    `குறள் ௧௨௯: ${VERSE}`,
    `“${VERSE}” (அதிகாரம் 13, குறள் 9)`,
    `“${VERSE}” (திருக்குறள் 13:9)`,
  ])('confirms the number that is given: %s', (text) => {
    expect(read(text).sections.citations.items).toMatchObject([
      { badge: 'verified', description: expect.stringContaining('எண்ணும் சரியாக') },
    ]);
  });

  it('reports a wrong number at its digits, with the right one', () => {
    expect(read(`“${VERSE}” (குறள் 130)`).of('kural-number')).toMatchObject([
      { badge: 'conflicting', location: { excerpt: '130' }, suggestion: { text: '129' } },
    ]);
    expect(read(`“${VERSE}” (அதிகாரம் 13, குறள் 8)`).of('kural-number')).toHaveLength(1);
  });

  it('does not ask for the number of a verse that has one, and does not take the number of the verse beside it', () => {
    const text = `“${VERSE}” என்பது குறள். “கற்க கசடறக் கற்பவை கற்றபின் நிற்க அதற்குத் தக” (குறள் 391) என்பது மற்றொன்று.`;
    expect(read(text).sections.citations.items.map(({ description }) => description)).toEqual([
      expect.stringContaining('குறிப்பிடலாம்'),
      expect.stringContaining('சரியாக'),
    ]);
  });

  it('reports a verse that it does not know, and a number that is another verse’s', () => {
    const UNKNOWN = 'காமமும் நாணும் உயிர்காவாத் தூங்கும்என் நோனா உடம்பின் அகத்து';
    const [numbered] = read(`“${UNKNOWN}” (குறள் 1163)`).of('kural');
    expect(numbered).toMatchObject({ badge: 'unverified', title: 'குறள் சரிபார்க்கப்படவில்லை' });
    expect(numbered?.description).not.toContain('எண்ணைச் சேருங்கள்');
    expect(read(`“${UNKNOWN}” என்பது குறள்.`).of('kural')[0]?.description).toContain('எண்ணைச் சேருங்கள்');
    expect(read(`“${UNKNOWN}” (குறள் 391)`).of('kural')).toMatchObject([{ badge: 'conflicting' }]);
    expect(read(`“${UNKNOWN}” (குறள் 1400)`).of('kural-number')).toMatchObject([{ badge: 'conflicting' }]);
  });

  it('knows a part of a verse', () => {
    expect(read('“முயற்சி திருவினை ஆக்கும்” என்பார்கள்.').of('kural')).toMatchObject([
      { badge: 'verified', sourceTitle: 'திருக்குறள் 616' },
    ]);
  });

  it('says of any other quotation that it is not verified, and asks only for what is missing', () => {
    const [item] = read('“உழைப்பே உயர்வு தரும் என்பது உண்மை” என்றார் அறிஞர் அண்ணா.').sections.citations.items;
    expect(item).toMatchObject({ badge: 'unverified', title: 'மேற்கோள் சரிபார்க்கப்படவில்லை' });
    expect(item?.description).toContain('யார் சொன்னது என்பது தெரிகிறது');
    const [anonymous] = read('“உழைப்பே உயர்வு தரும் என்பது உண்மை” என்றார் ஓர் அறிஞர்.').of('quotation');
    expect(anonymous?.description).toContain('இது யார் சொன்னது');
    const [sourced] = read('“யாதும் ஊரே யாவரும் கேளிர்” (புறநானூறு 192)').of('quotation');
    expect(sourced?.description).toContain('சுட்டப்பட்டுள்ளது');
  });

  it.each([
    '“அம்மா, எனக்குப் பசிக்கிறது” என்றான் சிறுவன்.',
    '“நாளை விடுமுறை என்று அறிவித்தார்கள்” என்று மலர் கேட்டாள்.',
    'ஆசிரியர், “பாடத்தை நன்றாகப் படியுங்கள்” என்று சொன்னார்.',
    '“ஏன் இன்று பள்ளிக்கு வரவில்லை?”',
    '“தனி மரம் தோப்பாகாது என்பார்கள்” என்பது பழமொழி.',
    '“வீட்டுக்கு ஒரு மரம் வளர்ப்போம்” என்ற முழக்கம் எங்கும் ஒலித்தது.',
    'இதைத் “தூய்மை இந்தியா திட்டம்” என்பர்.',
  ])('is not taken for a quotation: %s', (text) => {
    expect(read(text).sections.citations.items).toEqual([]);
  });
});

describe('what is counted', () => {
  it('counts the slips of each kind once, those that are not shown too', () => {
    const words = [
      'கடையில்',
      'காட்டில்',
      'கூட்டில்',
      'கோயிலில்',
      'பள்ளியில்',
      'பாட்டில்',
      'சாலையில்',
      'தோட்டத்தில்',
      'தெருவில்',
      'படத்தில்',
      'புத்தகத்தில்',
      'சந்தையில்',
      'குளத்தில்',
    ];
    const result = read(
      words.map((word, at) => `${['அந்த', 'இந்த', 'எந்த'][at % 3]} ${word} இருந்தான்.`).join(' '),
    );
    expect(result.sections.clarity.summary).toContain('சந்திப் பிழைகள்: 13');
    expect(result.topFixes).toContainEqual(expect.stringContaining('மொத்தம் 13'));
    const titles = result.of('sandhi').map(({ description }) => description);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('is said of letters in two pieces once, without a suggestion that looks the same', () => {
    const text = 'தொழிற்சாலை உள்ளது. '.repeat(5).replaceAll('ொ', 'ெ\u0bbe');
    const result = read(text + paragraph(3));
    expect(result.of('encoding')).toMatchObject([{ severity: 'low', suggestion: null }]);
    expect(result.of('spelling')).toEqual([]);
  });

  it('agrees in number with its noun', () => {
    for (const text of ['எனவே மரம் வளர்ப்போம்.', `${paragraph(4)} எனவே நடுவோம்.`, paragraph(1)]) {
      const { summary, sections, items } = read(text);
      const said = [summary, ...Object.values(sections).map((section) => section.summary)];
      for (const line of [...said, ...items.map(({ description }) => description)])
        expect(line).not.toMatch(/(?<![\d.])1 \p{L}[\p{L}\p{M}]*(?:கள்|களில்|களும்)(?!\p{L})/u);
    }
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

  it('writes to the pupil in Tamil only', () => {
    const result = read(`${paragraph(14)} 1947 நேத்து “பல நாட்கள் முன்பு நடந்தது”`);
    for (const { title, description } of result.items) {
      expect(`${title} ${description}`.replace(/‘[^’]*’|[A-Z#]+/g, '')).not.toMatch(/[a-z]/);
    }
  });
});
