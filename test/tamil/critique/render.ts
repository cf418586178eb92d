import { critique } from '../../../tamil/critique/critique.ts';

/** A critique as it is read aloud: sections with their summaries, and each remark with its place. */
export const render = (text: string): string => {
  const { summary, topFixes, sections, safetyFlags } = critique(text);
  const lines = [summary, '', ...topFixes.map((fix) => `→ ${fix}`)];
  for (const section of Object.values(sections)) {
    lines.push('', `== ${section.title}`, section.summary);
    for (const { severity, category, badge, title, description, location, suggestion } of section.items) {
      lines.push('', `[${severity}] ${category}${badge === null ? '' : `, ${badge}`}: ${title}`);
      if (location !== null) lines.push(`  இடம்: ${location.excerpt.replaceAll(/\s+/g, ' ')}`);
      lines.push(`  ${description}`);
      if (suggestion !== null)
        lines.push(`  ⇒ ${suggestion.text}${suggestion.canAutoApply ? ' (தானாகத் திருத்தலாம்)' : ''}`);
    }
  }
  return `${[...lines, '', `கொடிகள்: ${safetyFlags.length}`].join('\n')}\n`;
};
