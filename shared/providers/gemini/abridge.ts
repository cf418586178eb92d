import { segmentEnds } from './split.ts';

const ELISION = '\n[...]\n';

/**
 * Shortens a text to about `max` units and keeps its outline: the first and last sentences of each paragraph, as many as its
 * share allows. Short paragraphs are kept whole.
 */
export function abridge(text: string, max: number): string {
  if (text.length <= max) return text;
  const paragraphs = text.split(/\n\s*/).filter((paragraph) => paragraph.trim() !== '');
  const share = Math.max(1, Math.floor(max / paragraphs.length) - ELISION.length);
  const shortened = paragraphs.map((paragraph) =>
    paragraph.length <= share ? paragraph : outline(paragraph, share),
  );
  return shortened.join('\n\n').slice(0, max).toWellFormed();
}

function outline(paragraph: string, share: number): string {
  const ends = segmentEnds(paragraph, 'sentence');
  const half = share / 2;
  const head = ends.findLast((end) => end <= half) ?? half;
  const tail = [0, ...ends].find((end) => end >= paragraph.length - half && end < paragraph.length);
  return (
    paragraph.slice(0, head).toWellFormed() +
    ELISION +
    paragraph.slice(tail ?? paragraph.length - half).toWellFormed()
  );
}
