import { useEffect, useLayoutEffect } from 'react'

/**
 * An effect that runs before the browser paints and before the component's own effects. The hooks apply new options in
 * it, so that these effects send to the new URL.
 */
// oxlint-disable-next-line no-restricted-globals -- React 18 warns about layout effects on a server
export const useCommitEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect
