/*
 * Generated from the schemas of the tools by tools/tool-reference/generate.ts; do not edit.
 */

import type { Json } from '../json.d.ts'

export interface AiGenerateTextInput {
  /**
   * What the model is asked: a text, or a conversation that ends with a message of the user
   */
  prompt:
    | string
    | {
        role: 'user' | 'assistant'
        content: string
      }[]
  /**
   * How the model is to write
   */
  options?: {
    /**
     * What the model is, and how it should answer
     */
    system?: string
    /**
     * The answer ends after so many tokens
     */
    maxOutputTokens?: number
    /**
     * Higher is more surprising; default: the model’s own
     */
    temperature?: number
  }
}

/**
 * The whole text; its parts come before, to whoever iterates the call
 */
export type AiGenerateTextOutput = string

export interface AiGenerateObjectInput {
  /**
   * What the model is asked: a text, or a conversation that ends with a message of the user
   */
  prompt:
    | string
    | {
        role: 'user' | 'assistant'
        content: string
      }[]
  /**
   * What is wanted, and how the model is to write
   */
  options: {
    /**
     * JSON Schema (draft 2020-12) of what is wanted; its root is an object
     */
    schema: {
      [k: string]: Json
    }
    /**
     * What the model is, and how it should answer
     */
    system?: string
    /**
     * The answer ends after so many tokens
     */
    maxOutputTokens?: number
    /**
     * Higher is more surprising; default: the model’s own
     */
    temperature?: number
  }
}

/**
 * A value that matches the schema
 */
export type AiGenerateObjectOutput = Json

export interface AiEmbedInput {
  /**
   * A text, or several
   */
  text: string | string[]
  /**
   * Nothing yet
   */
  options?: {}
}

/**
 * The vector of the text; of several texts, one for each in order
 */
export type AiEmbedOutput = number[] | number[][]
