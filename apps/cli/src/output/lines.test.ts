import { ApiProblem, ConnectionProblem, UnexpectedReply } from '@guildhall/sdk'
import { describePermissions, errorTable, type ErrorCode, normalizePermissions, Submission } from '@guildhall/contracts'
import { InstallProblem } from '@guildhall/sdk/install'
import { PackageError } from '@guildhall/skill-format'
import { describe, expect, it } from 'vitest'
import { Failure, signInFailure, usageFailure } from '../failures.ts'
import { resultLine, summaryLines } from './publish-results.ts'
import { chunkText, executionErrorLines, valueText } from './execution-lines.ts'
import { failureLines, failureReport } from './failure-lines.ts'
import { conformanceLines } from './finding-lines.ts'
import { createPaint, wantsColour } from './paint.ts'
import { permissionLines } from './permission-lines.ts'
import { isSettled, movedStages, outcomeLines, submissionLines } from './submission-lines.ts'

const paint = createPaint(false)
const registry = 'http://localhost:3000'

const problem = (code: ErrorCode, facts: object = {}) => {
  const { status, title, remedy } = errorTable[code]
  return new ApiProblem({ ...facts, type: 'about:blank', status, title, remedy, code, instance: 'req-7' })
}

describe('a failure', () => {
  it('of the server says what, where and how to mend, with every issue and fact', () => {
    const issues = [{ path: 'body.granted', message: 'is required' }]
    const report = failureReport(problem('installation.consent-required', { issues, missing: ['ai'] }), registry)
    expect(failureLines(report, paint)).toEqual([
      'error: The skill asks for permissions that were not granted (installation.consent-required, 409)',
      '  - granted: is required',
      '  - missing: ["ai"]',
      '  where:  http://localhost:3000, request req-7',
      '  mend:   Show the missing permissions to the installer and send the full grant.',
    ])
  })

  it('of a form names the fields as people know them', () => {
    const issues = [{ path: 'body.email', message: 'Invalid email address' }]
    const report = failureReport(problem('request.invalid', { issues, where: 'body' }), registry)
    expect(report.issues).toEqual(['email: Invalid email address'])
  })

  it('names what to type here, where the API names what to ask it', () => {
    const told = (code: ErrorCode, env = {}) => failureReport(problem(code), registry, env).remedy
    expect(told('skill.not-found')).toContain('`guildhall search`')
    expect(told('version.nothing-before')).toContain('`guildhall diff ')
    expect(told('auth.required')).toContain('Run `guildhall login`')
    expect(told('auth.required', { GUILDHALL_TOKEN: 'ghk_old' })).toContain('unset it')
  })

  it('that was found before anything was sent is one of the command line', () => {
    const issues = [{ path: 'params.id', message: 'must be an id of the form sub_…' }]
    const invalid = problem('request.invalid', { issues })
    const here = new ApiProblem({ ...invalid.problem, instance: 'client' })
    expect([invalid, here].map((one) => failureReport(one, registry).exitCode)).toEqual([1, 2])
    expect(failureReport(here, registry).issues).toEqual(['id: must be an id of the form sub_…'])
  })

  it('of an installation names the option that overwrites', () => {
    const report = failureReport(new InstallProblem('target.edited', '/somewhere'), registry)
    expect(report).toMatchObject({ where: '/somewhere', remedy: expect.stringContaining('with --force') })
  })

  it('ends with the exit code of its kind', () => {
    const codes = [
      failureReport(new Failure('no'), registry),
      failureReport(usageFailure('no', 'so'), registry),
      failureReport(signInFailure(registry), registry),
      failureReport(problem('auth.required'), registry),
      failureReport(problem('skill.not-found'), registry),
      failureReport(new ConnectionProblem(`${registry}/x`, new Error('refused')), registry),
      failureReport(new UnexpectedReply(`${registry}/x`, 200, 'a page'), registry),
      failureReport('text', registry),
    ].map(({ exitCode }) => exitCode)
    expect(codes).toEqual([1, 2, 3, 3, 1, 4, 4, 1])
  })

  it('of a package or a file keeps its code, its remedy and its place', () => {
    const report = failureReport(new PackageError('archive.path-traversal', { path: '../x' }), registry)
    expect(report).toMatchObject({ code: 'archive.path-traversal', exitCode: 1 })
    expect(report.what).toContain('../x')
    expect(report.remedy).toContain('inside the skill folder')
    const missing = Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', path: '/nowhere' })
    expect(failureReport(missing, registry)).toMatchObject({
      what: 'Nothing is there',
      where: '/nowhere',
      remedy: 'Check the path.',
    })
  })
})

describe('colours', () => {
  it('are used on a terminal only, and not where the user objects', () => {
    expect(wantsColour(true, {})).toBe(true)
    expect(wantsColour(false, {})).toBe(false)
    expect(wantsColour(true, { NO_COLOR: '1' })).toBe(false)
    expect(wantsColour(true, { TERM: 'dumb' })).toBe(false)
    expect(wantsColour(false, { FORCE_COLOR: '1' })).toBe(true)
    expect(createPaint(true).red('x')).toBe('\u001B[31mx\u001B[39m')
  })
})

describe('permissions', () => {
  it('are told in words, the riskiest first, or said to be none', () => {
    const statements = describePermissions(normalizePermissions({ network: true, storage: true }))
    const lines = permissionLines(statements, paint)
    expect(lines[0]).toBe('  high risk    Reach any public host')
    expect(lines[2]).toBe('  low risk     Remember values between runs')
    expect(permissionLines([], paint)).toEqual(['  It asks for no permissions.'])
  })
})

describe('findings', () => {
  it('name their place and their remedy', () => {
    const finding = { rule: 'r', severity: 'error' as const, message: 'bad', file: 'SKILL.md', line: 3, remedy: 'mend' }
    expect(conformanceLines({ level: 'loadable', specErrors: [], findings: [finding] }, paint)).toEqual([
      '  loadable: lenient agents accept it, the reference validator does not',
      '  error    bad  SKILL.md:3  r',
      '           mend',
    ])
  })
})

const stage = (name: string, state: string, message: string | null = null) => ({
  stage: name,
  state,
  message,
  startedAt: null,
  finishedAt: null,
})

const submission = (more: object = {}) =>
  Submission.parse({
    id: `sub_${'0'.repeat(26)}`,
    publisher: 'acme',
    name: 'tea',
    version: '1.0.0',
    filename: 'tea.skill',
    sizeBytes: 10,
    status: 'scanning',
    stages: [stage('validate', 'passed'), stage('scan', 'running'), stage('release', 'pending')],
    conformance: null,
    findings: [],
    summary: null,
    permissionStatements: [],
    digest: null,
    changelog: null,
    visibility: null,
    provenance: { kind: 'upload', filename: 'tea.skill', sha256: '0'.repeat(64) },
    review: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...more,
  })

describe('a submission', () => {
  it('shows each stage once for every state it reaches', () => {
    const before = submission()
    const now = submission({
      stages: [stage('validate', 'passed'), stage('scan', 'not_configured'), stage('release', 'running')],
    })
    expect(movedStages(null, before).map(({ stage: name }) => name)).toEqual(['validate', 'scan'])
    expect(movedStages(before, now).map(({ stage: name }) => name)).toEqual(['scan', 'release'])
    expect(movedStages(now, now)).toEqual([])
    expect(submissionLines(now, paint)).toContain('  scan      not configured on this server')
  })

  it('ends in a clear line, and is settled only where nothing more happens without a person', () => {
    const states = ['released', 'in_review', 'rejected', 'queued'].map((status) => submission({ status }))
    expect(states.map(isSettled)).toEqual([true, true, true, false])
    const rejected = submission({ status: 'rejected', stages: [stage('validate', 'failed', 'no name')] })
    expect(outcomeLines(rejected, paint)).toEqual(['Rejected @acme/tea@1.0.0: no name'])
    expect(states.map((one) => outcomeLines(one, paint)[0])).toEqual([
      'Released @acme/tea@1.0.0',
      'In review @acme/tea@1.0.0: an administrator decides. Nothing more to do for you now.',
      'Rejected @acme/tea@1.0.0',
      `@acme/tea@1.0.0 is queued. Follow it with: guildhall submissions sub_${'0'.repeat(26)}`,
    ])
  })

  it('is counted by outcome when many are published', () => {
    const result = (outcome: 'released' | 'invalid', reason: string | null = null) => ({
      path: 'a',
      skill: null,
      outcome,
      reason,
    })
    expect(summaryLines([result('released'), result('released'), result('invalid', 'x')])).toEqual([
      'outcome                  skills',
      'released                      2',
      'not valid, not uploaded       1',
      'in all                        3',
    ])
    expect(resultLine(result('invalid', 'no\nname'), paint)).toBe('  invalid    a  no name')
  })
})

describe('a run', () => {
  it('lets text flow on and puts other values on lines of their own', () => {
    expect(chunkText('half a')).toBe('half a')
    expect(chunkText({ row: 1 })).toBe('{"row":1}\n')
    expect(valueText('text')).toBe('text')
    expect(valueText({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}')
  })

  it('says why it failed and what can be done', () => {
    const error = { errorType: 'timeout' as const, message: 'It took too long', recoveryOptions: ['Give it less'] }
    expect(executionErrorLines(error, paint)).toEqual(['error: It took too long (timeout)', '  mend:   Give it less'])
  })
})
