/*
 * Generated from the schemas of the tools by tools/tool-reference/generate.ts; do not edit.
 */

import type { Json } from '../json.d.ts'

export interface StorageGetInput {
  /**
   * The name of the value
   */
  key: string
}

/**
 * The value; null where nothing is stored
 */
export type StorageGetOutput = Json

export interface StorageSetInput {
  /**
   * The name of the value
   */
  key: string
  /**
   * Any JSON value
   */
  value: Json
}

export type StorageSetOutput = null

export interface StorageDeleteInput {
  /**
   * The name of the value
   */
  key: string
}

/**
 * Whether there was something to delete
 */
export type StorageDeleteOutput = boolean

export interface StorageListInput {
  /**
   * How the keys begin; default all
   */
  prefix?: string
}

/**
 * Keys, sorted
 */
export type StorageListOutput = string[]
