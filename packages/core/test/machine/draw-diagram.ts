/** A way from one state to another, and what takes it. */
export type Arrow = readonly [from: string, to: string, label: string]

/** @param order the states, the first one first */
export function drawDiagram(order: readonly string[], arrows: readonly Arrow[]): string {
  const labels = new Map<string, Set<string>>()
  for (const [from, to, label] of arrows) {
    const key = `${from} ${to}`
    labels.set(key, (labels.get(key) ?? new Set()).add(label))
  }
  const lines = order.flatMap((from) =>
    order.flatMap((to) => {
      const all = labels.get(`${from} ${to}`)
      return all ? [`  ${from} --> ${to} : ${[...all].sort().join('<br>')}`] : []
    }),
  )
  return ['stateDiagram-v2', '  direction LR', `  [*] --> ${order[0]}`, ...lines, ''].join('\n')
}
