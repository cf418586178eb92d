import type { Base } from './noun-classes.ts';
import { beforeVowel } from './sounds.ts';

/** The twelve classes of the school grammar, named after their model verbs: செய் ஆள் கொல் அறி ஆக்கு நடு உண் தின் கேள் கல் தீர் நட. */
export const VERB_CLASSES = [
  'sey',
  'aal',
  'kol',
  'ari',
  'aakku',
  'nadu',
  'un',
  'tin',
  'kel',
  'kal',
  'tir',
  'nada',
] as const;
export type VerbClass = (typeof VERB_CLASSES)[number];

export const isVerbClass = (name: string): name is VerbClass =>
  (VERB_CLASSES as readonly string[]).includes(name);

/** A verb's root before a vowel: its உ goes whatever its length (அழு, அழ). */
const openRoot = (root: string): string => (root.endsWith('உ') ? root.slice(0, -1) : beforeVowel(root));

/** The bases of a verb by its root. */
export const verbBases = (root: string, verbClass: VerbClass): Base[] => {
  const open = openRoot(root);
  const cut = root.slice(0, -1);
  const asked: Base[] = [
    [root, 'imperative'],
    [open, 'imperativePlural'],
  ];
  const weak: Base[] = [...asked, [root, 'weakRoot'], [open, 'open']];
  switch (verbClass) {
    case 'sey':
      return [...weak, [`${root}த`, 'pastSoft']];
    case 'aal':
      return [...weak, [`${open}உ`, 'weakRoot'], [`${cut}ணட`, 'pastSoft']];
    case 'kol':
      return [...weak, [`${open}உ`, 'weakRoot'], [`${cut}னற`, 'pastSoft']];
    case 'ari':
      // Behind ர் an உ may stand: சேர்வேன், சேருவேன்.
      return [
        ...weak,
        ...(root.endsWith('ர') ? [[`${root}உ`, 'weakRoot'] as const] : []),
        [`${root}நத`, 'pastSoft'],
      ];
    case 'aakku':
      return [...weak, [open, 'pastI']];
    case 'nadu':
      return [...weak, [`${cut}${cut.at(-1) ?? ''}`, 'pastHard']];
    case 'un':
      return [
        ...asked,
        [root, 'hardRoot'],
        [`${open}உ`, 'weakRoot'],
        [open, 'open'],
        [`${root}ட`, 'pastSoft'],
      ];
    case 'tin':
      return [
        ...asked,
        [root, 'hardRoot'],
        [`${open}உ`, 'weakRoot'],
        [open, 'open'],
        [`${root}ற`, 'pastSoft'],
      ];
    case 'kel':
      return [...asked, ...hardBases(cut, 'ட')];
    case 'kal':
      return [...asked, ...hardBases(cut, 'ற')];
    case 'tir':
      return [...asked, [root, 'strongRoot'], [`${root}கக`, 'open'], [`${root}தத`, 'pastHard']];
    case 'nada':
      return [...asked, [root, 'strongRoot'], [`${root}கக`, 'open'], [`${root}நத`, 'pastSoft']];
  }
};

const hardBases = (cut: string, hard: string): Base[] => [
  [cut + hard, 'hardRoot'],
  [`${cut}${hard}${hard}அல`, 'verbalNoun'],
  [`${cut}${hard}க`, 'open'],
  [`${cut}${hard}${hard}`, 'pastHard'],
];
