/** What an alarm counts. */
export type AlarmUnit = 'bytes' | 'frames'

/** Calls back when a count reaches a mark. */
export interface Alarms {
  set(unit: AlarmUnit, mark: number, act: () => void): void
  /** How many bytes until the next alarm that counts bytes. */
  distance(): number
  /** Lets what is due act. */
  ring(): void
}

export function createAlarms(counts: Readonly<Record<AlarmUnit, number>>): Alarms {
  let alarms: { readonly unit: AlarmUnit; readonly mark: number; readonly act: () => void }[] = []

  return {
    set: (unit, mark, act) => void alarms.push({ unit, mark, act }),
    distance() {
      const ahead = alarms.filter(({ unit }) => unit === 'bytes').map(({ mark }) => mark - counts.bytes)
      return Math.min(Infinity, ...ahead)
    },
    ring() {
      const due = alarms.filter(({ unit, mark }) => counts[unit] >= mark)
      if (due.length === 0) return
      alarms = alarms.filter((alarm) => !due.includes(alarm))
      for (const { act } of due) act()
    },
  }
}
