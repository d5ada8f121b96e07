/** The getter and setter of an event handler attribute such as `onmessage`. */
export interface EventHandler<Callback> {
  get(): Callback | null
  set(value: unknown): void
}

/**
 * Creates an event handler IDL attribute (HTML standard, section 8.1.8.1). The callback runs in the position among the
 * listeners in which the attribute was first set, until it is set to null.
 */
export function createEventHandler<Callback>(target: EventTarget, type: string): EventHandler<Callback> {
  let callback: object | null = null
  const listener = (event: Event) => {
    if (typeof callback === 'function') Reflect.apply(callback, target, [event])
  }
  return {
    get: () => callback as Callback | null, // the type of the attribute restricts what can be set
    set(value) {
      // An object that is not a function is stored but not called (Web IDL, [LegacyTreatNonObjectAsNull]).
      callback = typeof value === 'function' || typeof value === 'object' ? value : null
      if (callback) target.addEventListener(type, listener)
      else target.removeEventListener(type, listener)
    },
  }
}
