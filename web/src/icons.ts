import { type SVGTemplateResult, svg } from 'lit';

/** Icons of 24 by 24, drawn with lines. Each stands beside words, or its button has a label. */
const icon = (lines: SVGTemplateResult) =>
  svg`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${lines}</svg>`;

export const icons = {
  file: icon(svg`<path d="M13 3H6v18h12V8z M13 3v5h5"/>`),
  copy: icon(svg`<path d="M8 8h12v12H8z M4 16V4h12"/>`),
  check: icon(svg`<path d="M4 12.5l5 5L20 6.5"/>`),
  download: icon(svg`<path d="M12 3v12 M7 10l5 5 5-5 M4 20h16"/>`),
  compare: icon(svg`<path d="M12 3v18 M4 6h5 M4 11h5 M4 16h5 M15 6h5 M15 11h5 M15 16h5"/>`),
  undo: icon(svg`<path d="M8 5L4 9l4 4 M4 9h10a6 6 0 010 12h-3"/>`),
  plus: icon(svg`<path d="M12 5v14 M5 12h14"/>`),
  past: icon(svg`<path d="M12 7v5l3.5 2 M3.5 12a8.5 8.5 0 1 0 2.6-6.1 M3.5 4v4h4"/>`),
  close: icon(svg`<path d="M6 6l12 12 M18 6L6 18"/>`),
  moon: icon(svg`<path d="M20 14A8.5 8.5 0 019.5 4 8.5 8.5 0 1020 14z"/>`),
  sun: icon(
    svg`<circle cx="12" cy="12" r="4"/><path d="M12 3v2 M12 19v2 M3 12h2 M19 12h2 M5.6 5.6L7 7 M17 17l1.4 1.4 M5.6 18.4L7 17 M17 7l1.4-1.4"/>`,
  ),
  next: icon(svg`<path d="M6 9.5l6 6 6-6"/>`),
  previous: icon(svg`<path d="M6 14.5l6-6 6 6"/>`),
  arrow: icon(svg`<path d="M4 12h15 M13 6l6 6-6 6"/>`),
  place: icon(svg`<circle cx="12" cy="12" r="3"/><path d="M12 3v4 M12 17v4 M3 12h4 M17 12h4"/>`),
  warning: icon(svg`<path d="M12 4L2.8 20h18.4z M12 10v4.5 M12 17.2v.3"/>`),
  erase: icon(svg`<path d="M5 7h14 M9 7V4h6v3 M7 7l1 13h8l1-13"/>`),
  refresh: icon(svg`<path d="M20 12a8 8 0 1 1-2.3-5.700 M20 4v4.500h-4.500"/>`),
  leave: icon(svg`<path d="M10 4H5v16h5 M10 12h10 M16 8l4 4-4 4"/>`),
  person: icon(svg`<circle cx="12" cy="8" r="4"/><path d="M4 21c1-4.5 4-6.5 8-6.5s7 2 8 6.5"/>`),
};
