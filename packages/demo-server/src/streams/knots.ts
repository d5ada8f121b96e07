/** The text of the completions. It contains characters of two, three and four bytes. */
const text = `A knot is a promise between two ends of a rope — and a promise that has to be kept under load. \
The bowline, called the “king of knots”, makes a loop that neither slips nor jams: the rabbit comes out of its hole, \
runs round the tree and goes back down. Sailors have trusted it for five hundred years 🪢, and untie it with one hand.

A rope that is taut tells you something at every moment. Pull at one end, and the other end answers; let it go slack, \
and nobody knows whether there is anybody left out there. So the mate on watch gives a short tug now and then, \
and waits for the short tug that comes back. Two tugs without an answer — and a new line goes out.

Lines break, of course. The art is not in a rope that never parts, but in the splice: know exactly where it broke, \
join the strands in their order, lose none and use none twice. A good long splice runs through the same block \
as before, à la française or otherwise, and whoever hauls at the end does not feel where it was.

`

/** Each word with the white space after it, similar to the tokens of a language model. */
const words = text.match(/\S+\s+/g) ?? []

/** The token with this number, counted from 0. After the last one the text repeats. */
export const tokenAt = (n: number): string => words[n % words.length] ?? ''

export const tokensUpTo = (count: number): string =>
  Array.from({ length: count }, (_, n) => tokenAt(n)).join('')
