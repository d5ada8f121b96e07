/** Builds a cursor that contains the user's name, so that the log shows when one user sends the cursor of another. */
export const cursorOf = (user: string, number: number): string => `${user}-${number}`

/** The number to resume from. A cursor of another user is ignored. */
export function numberOf(user: string, cursor: string | undefined): number {
  const [, owner, digits] = /^([A-Za-z]+)-(\d{1,9})$/.exec(cursor ?? '') ?? []
  return owner === user ? Number(digits) : 0
}
