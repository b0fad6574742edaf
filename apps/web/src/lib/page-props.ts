/** What Next.js hands to a page; `P` are the parameters of its address. */
export interface PageProps<P = Record<never, never>> {
  params: Promise<P>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}
