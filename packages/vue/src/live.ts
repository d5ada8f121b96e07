import {
  type ComponentInternalInstance,
  getCurrentInstance,
  getCurrentScope,
  onActivated,
  onDeactivated,
  onMounted,
  onScopeDispose,
} from 'vue'

/**
 * Runs `start` while its owner is live: a component from mounting to unmounting, less the time that `<KeepAlive>` keeps it
 * aside; an effect scope, or a caller without one, from now on. Never on a server, which mounts nothing.
 */
export function whileLive(start: () => () => void, server: boolean): void {
  let stop: (() => void) | undefined
  const begin = () => void (stop ??= start())
  const end = () => {
    stop?.()
    stop = undefined
  }
  const instance = getCurrentInstance()
  const scope = getCurrentScope()
  // A detached scope inside a component, such as a store, outlives it: it is the scope that owns.
  if (instance && 'scope' in instance && instance.scope === scope) {
    if (instance.isMounted) begin()
    else onMounted(begin)
    if (keptAlive(instance)) {
      onActivated(begin)
      onDeactivated(end)
    }
  } else if (!server) begin()
  if (scope) onScopeDispose(end)
}

/** Whether a `<KeepAlive>` is above, found as Vue itself does: where there is none its hooks are never called, and cost half a kilobyte. */
function keptAlive({ parent }: ComponentInternalInstance): boolean {
  for (let above = parent; above; above = above.parent) if ('__isKeepAlive' in above.type) return true
  return false
}
