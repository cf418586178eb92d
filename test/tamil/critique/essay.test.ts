import { describe, expect, it } from 'vitest';
import { readEssay } from '../../../tamil/critique/essay.ts';

const read = (text: string) => {
  const essay = readEssay(text);
  const at = ({ from, to }: { from: number; to: number }): string => text.slice(from, to);
  return {
    ...essay,
    headed: essay.headings.map(at),
    said: essay.sentences.map(at),
    roles: essay.paragraphs.map(({ role }) => role),
  };
};

const PROSE = 'மரங்கள் காற்றைத் தூய்மையாக்கி நமக்கு நிழலும் கனியும் தருகின்றன.';

describe('headings', () => {
  it('are no paragraphs, between blank lines, above their paragraph, numbered or marked', () => {
    const text = `மரங்களின் பயன்\n\n1. முன்னுரை:\n${PROSE}\n\nநன்மைகள்\n\n${PROSE}\n\n## தீமைகள்\n${PROSE}\n\n**முடிவுரை**\n\n${PROSE}`;
    const essay = read(text);
    expect(essay.headed).toEqual(['மரங்களின் பயன்', '1. முன்னுரை:', 'நன்மைகள்', '## தீமைகள்', '**முடிவுரை**']);
    expect(essay.said).toEqual([PROSE, PROSE, PROSE, PROSE]);
    expect(essay.roles).toEqual(['introduction', 'body', 'body', 'conclusion']);
  });

  it('name a part within the paragraph too, and in an essay without blank lines', () => {
    expect(read(`மரங்கள்\nமுன்னுரை\n${PROSE}\nபயன்கள்\n${PROSE}\n${PROSE}\nமுடிவுரை\n${PROSE}`).roles).toEqual([
      'introduction',
      'body',
      'body',
      'conclusion',
    ]);
    expect([...read(`முன்னுரை: ${PROSE}\n\n${PROSE}\n\nமுடிவுரை - ${PROSE}`).named]).toEqual([
      'introduction',
      'conclusion',
    ]);
  });

  it('have something below them', () => {
    expect(read(`${PROSE}\n\nநன்றி`).headed).toEqual([]);
  });
});

describe('lists', () => {
  it('are one sentence for each item, without what marks it', () => {
    const essay = read(`${PROSE}\n\n- மரம் நடுவோம்\n- நீர் ஊற்றுவோம்\n• வேலி அமைப்போம்\n\n${PROSE}`);
    expect(essay.said).toEqual([PROSE, 'மரம் நடுவோம்', 'நீர் ஊற்றுவோம்', 'வேலி அமைப்போம்', PROSE]);
    expect(essay.paragraphs.map(({ listed }) => listed)).toEqual([false, true, false]);
  });

  it('may stand below what announces them, numbered in any way', () => {
    const essay = read(`வழிகள் பின்வருமாறு உள்ளன:\n1) மரம் நடுவோம்\n2) நீர் ஊற்றுவோம்\n\n(அ) ஒன்று\n(ஆ) இரண்டு`);
    expect(essay.said).toEqual(['வழிகள் பின்வருமாறு உள்ளன:', 'மரம் நடுவோம்', 'நீர் ஊற்றுவோம்', 'ஒன்று', 'இரண்டு']);
  });
});

describe('what is no prose', () => {
  it('is the head and foot of a letter', () => {
    const essay = read(
      `அனுப்புநர்\nக. குமரன்,\n12, காந்தி தெரு,\nமதுரை - 625001.\n\nஅன்புள்ள நண்பா,\n\n${PROSE}\n\nஇப்படிக்கு,\nகுமரன்.\n\nநாள்: 12.03.2024`,
    );
    expect(essay.said).toEqual([PROSE]);
    expect(essay.isLetter).toBe(true);
  });

  it('is a verse, whose sentence goes on behind it', () => {
    const verse = 'கற்க கசடறக் கற்பவை கற்றபின்\nநிற்க அதற்குத் தக';
    expect(read(`${PROSE}\n\n${verse}\n\n${PROSE}`).said).toEqual([PROSE, PROSE]);
    const sentence = `இதை வள்ளுவர்,\n\n${verse}\n\nஎன்று கூறுகிறார்.`;
    expect(read(`${PROSE}\n\n${PROSE} ${sentence}`).said).toEqual([PROSE, PROSE, sentence]);
  });
});

describe('paragraphs', () => {
  it('are not the lines that an essay is broken to', () => {
    const line = 'மரங்கள் காற்றைத் தூய்மையாக்கி நமக்கு நிழலும் கனியும்';
    const wrapped = `${line}\n${line}\n${line} தருகின்றன. அவை\nநமக்கு உதவும்.\n${line}\n${line} தருகின்றன.`;
    expect(read(wrapped).paragraphs).toHaveLength(2);
    expect(read(`${wrapped}\n\n${wrapped}`).paragraphs).toHaveLength(2);
  });

  it('are each a line where every line ends a sentence', () => {
    expect(read(`${PROSE}\n${PROSE}\n${PROSE}`).paragraphs).toHaveLength(3);
  });
});

describe('sentences', () => {
  it('go on after what was said, and behind a source in brackets', () => {
    const said = '“ஏன் அழுகிறாய்?” என்று கேட்டாள்.';
    const sourced = '“கற்க.” (குறள் 391) என்றார்.';
    expect(read(`${said} ${PROSE} ${sourced}`).said).toEqual([said, PROSE, sourced]);
  });

  it('do not end in an address', () => {
    const text = 'விவரங்களை https://a.in/b.html?c=d என்ற பக்கத்தில் காணலாம்.';
    expect(read(text).said).toEqual([text]);
  });
});
