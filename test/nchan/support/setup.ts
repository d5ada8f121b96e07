import { findNchan, HOW_TO_GET_NCHAN } from './find.ts'

/** Says once how to get the server, where every test file would fail for want of it. */
export default function setup(): void {
  if (findNchan() === undefined) throw new Error(HOW_TO_GET_NCHAN)
}
