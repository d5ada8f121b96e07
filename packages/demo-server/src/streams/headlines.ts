const who = [
  'Harbour master',
  'Rope makers’ guild',
  'Café by the pier',
  'Regatta jury',
  'Night ferry',
  'Lighthouse',
]
const does = ['praises', 'forbids', 'counts', 'rediscovers', 'argues about', 'paints', 'postpones']
const what = ['the bowline', 'every third knot', 'slack lines', 'a longer hawser', 'tide tables — again']

const pick = (words: readonly string[], n: number): string => words[n % words.length] ?? ''

/** The headline of the item with this number. It follows from the number, so old headlines need not be stored. */
export const headlineOf = (n: number): string => `${pick(who, n)} ${pick(does, n)} ${pick(what, n)}`
