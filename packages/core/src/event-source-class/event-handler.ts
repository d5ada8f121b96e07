/** What stands behind an attribute such as `onmessage`. */
export interface EventHandler<Callback> {
  get(): Callback | null
  set(value: unknown): void
}

/**
 * An event handler IDL attribute (HTML standard, section 8.1.8.1): its place among the listeners is that of the moment when it was first
 * set, and stays until it is null again.
 */
export function createEventHandler<Callback>(target: EventTarget, type: string): EventHandler<Callback> {
  let callback: object | null = null
  const listener = (event: Event) => {
    if (typeof callback === 'function') Reflect.apply(callback, target, [event])
  }
  return {
    get: () => callback as Callback | null, // the attribute's type says what may be set
    set(value) {
      // An object that cannot be called is kept, and does nothing (Web IDL, [LegacyTreatNonObjectAsNull]).
      callback = typeof value === 'function' || typeof value === 'object' ? value : null
      if (callback) target.addEventListener(type, listener)
      else target.removeEventListener(type, listener)
    },
  }
}
