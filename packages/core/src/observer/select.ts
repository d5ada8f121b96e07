import { shareStructure } from '../shared/structural-sharing.ts'

/** Returns whether the selected part of `data` differs from that of any value that the page may show. */
export function hasSelectionChanged(
  select: (data: unknown) => unknown,
  data: unknown,
  onScreen: readonly unknown[],
): boolean {
  const next = select(data)
  return !onScreen.every((shown) => {
    const before = select(shown)
    return Object.is(shareStructure(before, next), before)
  })
}
