import { findChromium, HOW_TO_GET_CHROMIUM } from '../../scripts/chromium.ts'

/** Says how to get the browser, where the provider would only say that it cannot launch one. */
export default function setup(): void {
  if (findChromium() === undefined) throw new Error(HOW_TO_GET_CHROMIUM)
}
