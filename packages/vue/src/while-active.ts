import {
  type ComponentInternalInstance,
  getCurrentInstance,
  getCurrentScope,
  onActivated,
  onDeactivated,
  onMounted,
  onScopeDispose,
} from 'vue'

/** What a hook does while its owner is active. */
export interface Activity {
  /** Called when the owner becomes active, perhaps more than once. */
  start(): void
  /** Called when the owner becomes inactive, perhaps without a start. */
  stop(): void
}

/**
 * Starts an activity when the owner of a hook becomes active, and stops it when the owner becomes inactive.
 *
 * A component is active from mounting to unmounting, except while `<KeepAlive>` has deactivated it. An effect scope is
 * active until it is disposed. Without an owner the hook is active for good. While an app is rendered on a server,
 * nothing becomes active.
 *
 * @param isServer whether the app is being rendered on a server
 */
export function whileActive(activity: Activity, isServer: boolean): void {
  const begin = () => activity.start()
  const end = () => activity.stop()
  const instance = getCurrentInstance()
  const scope = getCurrentScope()
  // A detached scope inside a component, such as that of a store, outlives the component. Then the scope is the owner.
  if (instance && 'scope' in instance && instance.scope === scope) {
    if (instance.isMounted) begin()
    else onMounted(begin)
    if (isInsideKeepAlive(instance)) {
      onActivated(begin)
      onDeactivated(end)
    }
  } else if (!isServer) begin()
  if (scope) onScopeDispose(end)
}

/**
 * Whether the component is inside a `<KeepAlive>`, found in the same way as Vue does it. Elsewhere `onActivated` and
 * `onDeactivated` are never called, but would cost half a kilobyte of memory per hook.
 */
function isInsideKeepAlive({ parent }: ComponentInternalInstance): boolean {
  for (let above = parent; above; above = above.parent) if ('__isKeepAlive' in above.type) return true
  return false
}
