/** A cursor says whose it is: one that reaches another user can be seen in the log. */
export const cursorOf = (user: string, number: number): string => `${user}-${number}`

/** The number to go on from. A cursor of another user means nothing. */
export function numberOf(user: string, cursor: string | undefined): number {
  const [, owner, digits] = /^([A-Za-z]+)-(\d{1,9})$/.exec(cursor ?? '') ?? []
  return owner === user ? Number(digits) : 0
}
