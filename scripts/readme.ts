/** Reads the READMEs: how long they are, and where their links lead. */

const CODE = /^```[^]*?^```$/gm
/** What `bench/size/run.ts` writes. */
const SIZES = /<!-- sizes: [^]*?<!-- sizes: end -->/g

/** The number of words, without blocks of code and the table of sizes. */
export const countWords = (text: string): number =>
  text.replaceAll(SIZES, '').replaceAll(CODE, '').split(/\s+/).filter(Boolean).length

export interface FileLink {
  readonly file: string
  readonly anchor?: string
}

/** The links and images that lead to files. */
export const findLinks = (text: string): FileLink[] =>
  [...text.replaceAll(CODE, '').matchAll(/\]\((?!\w+:|#)([^)#]+)(?:#([^)]+))?\)/g)].map(
    ([, file = '', anchor]) => (anchor === undefined ? { file } : { file, anchor }),
  )

/** The anchors of the headings, as the site makes them. */
export const findAnchors = (text: string): string[] =>
  [...text.matchAll(/^#{2,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\d]+/gu, '-')
      .replaceAll(/^-|-$/g, ''),
  )
