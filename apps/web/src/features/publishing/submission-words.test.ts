import type { StageResult } from '@guildhall/contracts'
import { describe, expect, it } from 'vitest'
import { stageStateWords } from './submission-words.ts'

const stage = (name: StageResult['stage'], state: StageResult['state']): StageResult => ({
  stage: name,
  state,
  message: null,
  startedAt: null,
  finishedAt: null,
})

describe('a stage that did not begin', () => {
  const release = stage('release', 'pending')

  it('is to come while the submission moves', () => {
    expect(stageStateWords(release, [stage('review', 'waiting'), release]).words).toBe('to come')
  })

  it('was not reached when an earlier one failed', () => {
    expect(stageStateWords(release, [stage('review', 'failed'), release]).words).toBe('not reached')
  })
})
