/** A count with its noun, such as "1 gap" and "2 gaps". */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
