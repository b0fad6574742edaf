import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'

export type ButtonVariant = 'primary' | 'secondary' | 'plain'
export type ButtonSize = 'normal' | 'small'

const base =
  'inline-flex items-center justify-center gap-2 rounded-sm border font-[550] whitespace-nowrap select-none ' +
  'transition-colors disabled:cursor-not-allowed disabled:border-rule disabled:bg-transparent disabled:text-faint'

const variants: Record<ButtonVariant, string> = {
  primary: 'border-accent bg-accent text-paper hover:border-accent-strong hover:bg-accent-strong',
  secondary: 'border-edge text-accent hover:border-accent hover:bg-wash',
  plain: 'border-transparent text-accent hover:bg-wash',
}

const sizes: Record<ButtonSize, string> = { normal: 'h-10 px-4 text-base', small: 'h-8 px-3 text-sm' }

/** The look of a button, for links that are one. */
export function buttonClass(variant: ButtonVariant = 'secondary', size: ButtonSize = 'normal'): string {
  return classNames(base, variants[variant], sizes[size])
}

export interface ButtonProps extends ComponentProps<'button'> {
  variant?: ButtonVariant
  size?: ButtonSize
  /** Work is under way: the button stays in place and takes no second press. */
  busy?: boolean
}

/** The one button. Its type is `button` unless said otherwise. */
export function Button({ variant, size, busy = false, className, disabled, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={classNames(buttonClass(variant, size), className)}
    >
      {children}
      {busy && (
        <span aria-hidden className="size-1.5 animate-[breathe_1s_ease-in-out_infinite] rounded-full bg-current" />
      )}
    </button>
  )
}
