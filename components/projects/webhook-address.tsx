import { TextInput } from '@mantine/core'

type Props = {
  readonly url: string
  /** What is wrong with it, in words. */
  readonly fault: string | false | null | undefined
  readonly onChange: (url: string) => void
}

/** Where something is sent to, in every form that has it sent. */
export function WebhookAddress({ url, fault, onChange }: Props) {
  return (
    <TextInput
      name="url"
      type="url"
      label="Address"
      description="It is sent a POST of JSON, signed as Standard Webhooks has it. An address inside the network must be listed on the server."
      required
      data-autofocus
      autoComplete="off"
      spellCheck={false}
      value={url}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      error={fault}
    />
  )
}
