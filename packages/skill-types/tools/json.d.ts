/*
 * Generated from the schemas of the tools by tools/tool-reference/generate.ts; do not edit.
 */

import type { Json } from '../json.d.ts'

export interface JsonParseInput {
  /**
   * The JSON text
   */
  text: string
}

/**
 * The value
 */
export type JsonParseOutput = Json

export interface JsonStringifyInput {
  /**
   * The value
   */
  value: Json
  /**
   * Spaces for each level; 0 for one line
   */
  indent?: number
  /**
   * Names in alphabetical order, so that equal values give equal texts
   */
  sortKeys?: boolean
}

/**
 * The JSON text
 */
export type JsonStringifyOutput = string

export interface JsonQueryInput {
  /**
   * What is searched
   */
  value: Json
  /**
   * JMESPath, Community edition, such as people[?age > 30].name; numbers, true, false and null stand for themselves, a member of such a name is written in double quotes
   */
  expression: string
}

/**
 * What was found; null where there is nothing
 */
export type JsonQueryOutput = Json

export interface JsonValidateInput {
  /**
   * What is checked
   */
  value: Json
  /**
   * A JSON Schema of draft 2020-12 without references to other documents; `format` is not checked
   */
  schema: {
    [k: string]: Json
  }
}

export interface JsonValidateOutput {
  /**
   * Whether the value matches
   */
  valid: boolean
  /**
   * At most 20
   */
  issues: {
    /**
     * Where: a JSON pointer, empty for the whole value
     */
    path: string
    /**
     * What does not match
     */
    message: string
  }[]
}

/** `ctx.tools.json` */
export interface JsonTools {
  /**
   * Read a JSON text.
   * Needs tools:json.parse.
   * Limits: 2 million characters; 128 levels deep.
   */
  parse(args: JsonParseInput): Promise<JsonParseOutput>
  /**
   * Write a value as JSON text.
   * Needs tools:json.stringify.
   * Limits: 2 million characters.
   */
  stringify(args: JsonStringifyInput): Promise<JsonStringifyOutput>
  /**
   * Search a value with a JMESPath expression.
   * Needs tools:json.query.
   * Limits: 1,000 characters and 500 parts of expression; 500,000 units of work (an operator, an element or 32 characters each; a function 5), 200,000 of them in one function or for one element; 2 million characters in a text that it makes; 2 MiB of result, 10,000 members in an object of it; 5 s.
   */
  query(args: JsonQueryInput): Promise<JsonQueryOutput>
  /**
   * Check a value against a JSON Schema.
   * Needs tools:json.validate.
   * Limits: 256 KiB of schema, 64 levels deep; 5 s.
   */
  validate(args: JsonValidateInput): Promise<JsonValidateOutput>
}
