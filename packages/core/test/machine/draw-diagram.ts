/** An arrow from one state to another, and its label. */
export type Arrow = readonly [from: string, to: string, label: string]

/** Draws a Mermaid state diagram. @param order the states, beginning with the initial one */
export function drawDiagram(order: readonly string[], arrows: readonly Arrow[]): string {
  const labels = new Map<string, Set<string>>()
  for (const [from, to, label] of arrows) {
    const key = `${from} ${to}`
    labels.set(key, (labels.get(key) ?? new Set()).add(label))
  }
  const transitions = order.flatMap((from) =>
    order.flatMap((to) => {
      const all = labels.get(`${from} ${to}`)
      return all ? [`  ${from} --> ${to} : ${[...all].sort().join('<br>')}`] : []
    }),
  )
  return ['stateDiagram-v2', '  direction LR', `  [*] --> ${order[0]}`, ...transitions, ''].join('\n')
}
