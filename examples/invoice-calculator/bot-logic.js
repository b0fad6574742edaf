// Every amount is a whole number of minor units in a BigInt; a fraction is a BigInt numerator over a BigInt denominator.

/** ISO 4217 currencies whose number of decimals is not 2. */
const unusualDigits = new Map(
  Object.entries({
    0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
    3: 'BHD IQD JOD KWD LYD OMR TND',
    4: 'CLF UYW',
  }).flatMap(([digits, codes]) => codes.split(' ').map((code) => [code, Number(digits)])),
)

const minorDigitsOf = (currency) => unusualDigits.get(currency) ?? 2

/** An exact decimal: `units / 10^scale`. `label` says in the error which value is wrong. */
function parseDecimal(value, label) {
  const text = String(value).trim()
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,6}))?$/.exec(text)
  if (match === null) {
    throw new Error(
      `${label} is "${text}"; write a decimal number with a point and at most 6 decimals, such as 1250.50.`,
    )
  }
  const [, sign, whole, fraction = ''] = match
  const units = BigInt(whole + fraction)
  return { units: sign === '-' ? -units : units, scale: fraction.length }
}

/** Divides and rounds to a whole number; a half goes away from zero, or to the even neighbour. */
function divideRounded(numerator, denominator, rounding) {
  const negative = numerator < 0n
  const size = negative ? -numerator : numerator
  const quotient = size / denominator
  const twiceRest = (size % denominator) * 2n
  const isHalf = twiceRest === denominator
  const up = isHalf ? rounding === 'half-up' || quotient % 2n === 1n : twiceRest > denominator
  const rounded = up ? quotient + 1n : quotient
  return negative ? -rounded : rounded
}

/** Minor units as plain text: 123450 with 2 digits is "1234.50". */
function formatMinor(minor, digits) {
  const sign = minor < 0n ? '-' : ''
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0')
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/** A BigInt as a JSON number, or an error where JSON could not carry it exactly. */
function toNumber(minor) {
  const number = Number(minor)
  if (!Number.isSafeInteger(number)) throw new Error('The amounts are too large to be exact; split the invoice.')
  return number
}

const sum = (amounts) => amounts.reduce((total, amount) => total + amount, 0n)

/** quantity x price x (1 - line discount) x (1 - invoice discount), rounded to minor units. */
function lineAmount(line, label, { digits, rounding, discountPercent }) {
  const factors = [
    parseDecimal(line.quantity, `${label} quantity`),
    parseDecimal(line.unitPrice, `${label} unitPrice`),
    ...[line.discountPercent ?? 0, discountPercent].map((percent) => {
      const { units, scale } = parseDecimal(percent, `${label} discountPercent`)
      return { units: 100n * 10n ** BigInt(scale) - units, scale: scale + 2 }
    }),
  ]
  const numerator = factors.reduce((product, factor) => product * factor.units, 10n ** BigInt(digits))
  const scale = factors.reduce((total, factor) => total + factor.scale, 0)
  return divideRounded(numerator, 10n ** BigInt(scale), rounding)
}

/** The tax on a net amount, or the tax inside a gross amount. */
function taxOn(amount, percent, { pricesIncludeTax, rounding }) {
  const hundred = 100n * 10n ** BigInt(percent.scale)
  return divideRounded(amount * percent.units, pricesIncludeTax ? hundred + percent.units : hundred, rounding)
}

function rateTotals(taxPercent, amounts, options) {
  const percent = parseDecimal(taxPercent, 'taxPercent')
  const total = sum(amounts)
  const tax =
    options.taxRounding === 'per-line'
      ? sum(amounts.map((amount) => taxOn(amount, percent, options)))
      : taxOn(total, percent, options)
  return options.pricesIncludeTax
    ? { taxPercent, net: total - tax, tax, gross: total }
    : { taxPercent, net: total, tax, gross: total + tax }
}

function describeTotals({ net, tax, gross }, digits) {
  return {
    net: formatMinor(net, digits),
    tax: formatMinor(tax, digits),
    gross: formatMinor(gross, digits),
    netMinor: toNumber(net),
    taxMinor: toNumber(tax),
    grossMinor: toNumber(gross),
  }
}

const escapeCell = (text) =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, ' ')

function markdownTable({ currency, lines, rates, totals, pricesIncludeTax }) {
  const rows = lines.map(
    ({ description, quantity, unitPrice, taxPercent, amount }) =>
      `| ${escapeCell(description)} | ${quantity} | ${unitPrice} | ${taxPercent} % | ${amount} |`,
  )
  const taxes = rates.map(({ taxPercent, net, tax }) => `| Tax ${taxPercent} % on ${net} | | | | ${tax} |`)
  return [
    `| Description | Quantity | Unit price | Tax | ${pricesIncludeTax ? 'Gross' : 'Net'} ${currency} |`,
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows,
    `| **Net** | | | | ${totals.net} |`,
    ...taxes,
    `| **Total ${currency}** | | | | **${totals.gross}** |`,
    '',
  ].join('\n')
}

export async function calculate(input, ctx) {
  const { currency, lines } = input
  const digits = minorDigitsOf(currency)
  const options = {
    digits,
    rounding: input.rounding ?? 'half-up',
    taxRounding: input.taxRounding ?? 'per-rate',
    pricesIncludeTax: input.pricesIncludeTax ?? false,
    discountPercent: input.discountPercent ?? 0,
  }

  const amountsByRate = new Map()
  const calculated = []
  for (const [index, line] of lines.entries()) {
    const amount = lineAmount(line, `Line ${index + 1}:`, options)
    amountsByRate.set(line.taxPercent, [...(amountsByRate.get(line.taxPercent) ?? []), amount])
    const { description, quantity, unitPrice, taxPercent } = line
    calculated.push({
      description,
      quantity,
      unitPrice,
      taxPercent,
      amount: formatMinor(amount, digits),
      amountMinor: toNumber(amount),
    })
    ctx.stream(`${index + 1}. ${description}: ${formatMinor(amount, digits)} ${currency}\n`)
  }

  const rates = [...amountsByRate]
    .sort(([left], [right]) => right - left)
    .map(([taxPercent, amounts]) => rateTotals(taxPercent, amounts, options))
  const totals = describeTotals(
    { net: sum(rates.map((r) => r.net)), tax: sum(rates.map((r) => r.tax)), gross: sum(rates.map((r) => r.gross)) },
    digits,
  )
  const describedRates = rates.map((rate) => ({ taxPercent: rate.taxPercent, ...describeTotals(rate, digits) }))
  ctx.stream(`Total: ${totals.gross} ${currency}\n`)
  return {
    currency,
    minorDigits: digits,
    lines: calculated,
    rates: describedRates,
    totals,
    markdown: markdownTable({
      currency,
      lines: calculated,
      rates: describedRates,
      totals,
      pricesIncludeTax: options.pricesIncludeTax,
    }),
  }
}

// --- Instalments ---

/** Shares a total in proportion to the weights; the minor units left over go to the largest remainders, then the first. */
function shareOut(total, weights) {
  const all = sum(weights)
  const size = total < 0n ? -total : total
  const shares = weights.map((weight, index) => ({
    index,
    amount: (size * weight) / all,
    remainder: (size * weight) % all,
  }))
  const leftOver = Number(size - sum(shares.map((share) => share.amount)))
  const inOrder = [...shares].sort((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1,
  )
  for (const share of inOrder.slice(0, leftOver)) share.amount += 1n
  return shares.map((share) => (total < 0n ? -share.amount : share.amount))
}

function wholeWeights(weights) {
  const decimals = weights.map((weight, index) => parseDecimal(weight, `weights[${index}]`))
  const scale = Math.max(...decimals.map((decimal) => decimal.scale))
  return decimals.map((decimal) => decimal.units * 10n ** BigInt(scale - decimal.scale))
}

/** The same day `months` later; a day the month does not have becomes its last day. */
function addMonths(isoDate, months) {
  const [year, month, day] = isoDate.split('-').map(Number)
  const start = new Date(Date.UTC(year, month - 1, day))
  if (Number.isNaN(start.getTime()) || start.toISOString().slice(0, 10) !== isoDate) {
    throw new Error(`firstDue is "${isoDate}", which is not a date; write it as 2026-01-31.`)
  }
  const lastDay = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, lastDay))).toISOString().slice(0, 10)
}

function weightsOf({ parts, weights }) {
  if (weights !== undefined && parts !== undefined && weights.length !== parts) {
    throw new Error(`parts is ${parts} but there are ${weights.length} weights; leave parts out or make them agree.`)
  }
  if (weights !== undefined) return wholeWeights(weights)
  if (parts !== undefined) return Array.from({ length: parts }, () => 1n)
  throw new Error('Say how to split: give parts (a number such as 3) or weights (such as 50, 30, 20).')
}

export async function splitPayment(input, ctx) {
  const digits = minorDigitsOf(input.currency)
  const total = parseDecimal(input.total, 'total')
  if (total.scale > digits) {
    throw new Error(`total is "${input.total}", but ${input.currency} has ${digits} decimals; round it first.`)
  }
  const totalMinor = total.units * 10n ** BigInt(digits - total.scale)
  const instalments = shareOut(totalMinor, weightsOf(input)).map((amount, index) => ({
    number: index + 1,
    amount: formatMinor(amount, digits),
    amountMinor: toNumber(amount),
    ...(input.firstDue === undefined ? {} : { dueDate: addMonths(input.firstDue, index * (input.everyMonths ?? 1)) }),
  }))
  for (const { number, amount, dueDate } of instalments) {
    ctx.stream(`${number}. ${amount} ${input.currency}${dueDate === undefined ? '' : ` due ${dueDate}`}\n`)
  }
  return {
    currency: input.currency,
    total: formatMinor(totalMinor, digits),
    totalMinor: toNumber(totalMinor),
    instalments,
  }
}
