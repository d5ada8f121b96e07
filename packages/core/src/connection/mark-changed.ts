/** Marks a field as changed for all subscribers of a connection, after the notifications that are in progress. */
export function markChanged<Field>(
  {
    interpreter,
    subscriberList,
  }: {
    readonly interpreter: { afterNotifications(task: () => void): void }
    readonly subscriberList: { readonly subscribers: Iterable<{ markChanged(field: Field): void }> }
  },
  field: Field,
): void {
  interpreter.afterNotifications(() => {
    for (const subscriber of subscriberList.subscribers) subscriber.markChanged(field)
  })
}
