/** A part of a text that is no prose. A tag stands beside words; anything else that touches a word is a part of it. */
export type MaskKind = 'address' | 'code' | 'placeholder' | 'tag';

/** A range that nothing may change: UTF-16 code units, `end` exclusive. */
export interface Mask {
  readonly start: number;
  readonly end: number;
  readonly kind: MaskKind;
}
