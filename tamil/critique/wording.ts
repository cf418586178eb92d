/** A count with its noun, in the number that the count asks for: ஓர் இடத்தில், 3 இடங்களில். */
export const counted = (count: number, one: string, many: string): string =>
  count === 1 ? one : `${count} ${many}`;
