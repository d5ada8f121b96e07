import type { ReactNode } from 'react'

/** Where the documentation site runs, such as `http://127.0.0.1:5173`. `npm start` sets it. */
const site = import.meta.env.STORYBOOK_DOCS_SITE

/** A link to a page of the documentation site. Without the site, as in a static build, it is plain text. */
export function SiteLink({ page, children }: { readonly page: string; readonly children: ReactNode }) {
  if (site === undefined) return <>{children} (in the folder docs of the repository)</>
  // The page is in the frame of Storybook, which the site must not replace.
  return (
    <a href={`${site}${page}`} target="_top">
      {children}
    </a>
  )
}
