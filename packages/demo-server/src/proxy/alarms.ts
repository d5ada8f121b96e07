/** The unit of a count. */
export type AlarmUnit = 'bytes' | 'frames'

/** Calls a function when a count of bytes or frames reaches a value. */
export interface Alarms {
  set(unit: AlarmUnit, mark: number, act: () => void): void
  /** The number of bytes until the next alarm that counts bytes. */
  distance(): number
  /** Runs the alarms that are due. */
  runDue(): void
}

export function createAlarms(counts: Readonly<Record<AlarmUnit, number>>): Alarms {
  let alarms: { readonly unit: AlarmUnit; readonly mark: number; readonly act: () => void }[] = []

  return {
    set: (unit, mark, act) => void alarms.push({ unit, mark, act }),
    distance() {
      const distances = alarms.filter(({ unit }) => unit === 'bytes').map(({ mark }) => mark - counts.bytes)
      return Math.min(Infinity, ...distances)
    },
    runDue() {
      const due = alarms.filter(({ unit, mark }) => counts[unit] >= mark)
      if (due.length === 0) return
      alarms = alarms.filter((alarm) => !due.includes(alarm))
      for (const { act } of due) act()
    },
  }
}
