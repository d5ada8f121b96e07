/** Returns whether the selected part differs from any that may be on the screen. */
export function hasSelectionChanged(
  select: (data: unknown) => unknown,
  data: unknown,
  onScreen: readonly unknown[],
): boolean {
  const next = select(data)
  return !onScreen.every((shown) => Object.is(next, select(shown)))
}
