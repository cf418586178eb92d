/** A picture of its own: colours for light and dark, and text that a screen reader finds. */
export function picture(
  { title, text, width, height }: { title: string; text: string; width: number; height: number },
  parts: readonly string[],
): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title text">
<title id="title">${escaped(title)}</title>
<desc id="text">${escaped(text)}</desc>
<style>
svg { --back: #ffffff; --ink: #1f2328; --faint: #59636e; --grid: #d1d9e0; --a: #0969da; --b: #bc4c00; --c: #1a7f37; font: 13px system-ui, sans-serif }
@media (prefers-color-scheme: dark) { svg { --back: #0d1117; --ink: #f0f6fc; --faint: #9198a1; --grid: #3d444d; --a: #58a6ff; --b: #f0883e; --c: #3fb950 } }
.back { fill: var(--back) } text { fill: var(--ink) } .faint { fill: var(--faint) } .title { font-weight: 600; font-size: 15px }
.grid { stroke: var(--grid) } .mark { stroke: var(--faint); stroke-dasharray: 4 4 } .line { fill: none; stroke-width: 2 }
.line.a { stroke: var(--a) } .line.b { stroke: var(--b) } .line.c { stroke: var(--c) }
text.a, rect.a { fill: var(--a) } text.b, rect.b { fill: var(--b) } text.c, rect.c { fill: var(--c) }
</style>
<rect class="back" width="${width}" height="${height}" rx="6"/>
${label(20, 28, title, 'title')}
${parts.join('\n')}
</svg>
`;
}

export const label = (x: number, y: number, text: string, kind = '', anchor = 'start'): string =>
  `<text x="${rounded(x)}" y="${rounded(y)}"${kind && ` class="${kind}"`}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${escaped(text)}</text>`;

export const rule = (x1: number, y1: number, x2: number, y2: number, kind: string): string =>
  `<line class="${kind}" x1="${rounded(x1)}" y1="${rounded(y1)}" x2="${rounded(x2)}" y2="${rounded(y2)}"/>`;

export const rounded = (value: number): string => String(Math.round(value * 10) / 10);

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
