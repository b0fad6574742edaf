/** Any value that JSON can carry. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json }
