import { useEffect, useLayoutEffect } from 'react'

/** Before the browser paints and before the component's own effects: what those send goes to the new destination. */
// oxlint-disable-next-line no-restricted-globals -- React 18 warns of a layout effect on a server, where neither would run
export const useCommitEffect = typeof document === 'undefined' ? useEffect : useLayoutEffect
