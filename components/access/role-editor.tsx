'use client'

import { Button, Checkbox, Group, NativeSelect, Stack, Text } from '@mantine/core'
import { type FormEvent, Fragment, useState } from 'react'
import type { Givable } from '../../lib/access/giving/list-givable.ts'
import type { ShownRole } from '../../lib/access/held-access.ts'
import { renderRoles } from '../../lib/access/people/render-roles.ts'
import { isRoleName, type RoleName } from '../../lib/access/permissions.ts'
import { Refused } from '../frame/refused.tsx'
import { ROLE_WORDS } from '../words.ts'
import { Locked } from './locked.tsx'
import classes from './role-editor.module.css'
import {
  addProposed,
  judgeRoles,
  keepAcceptable,
  type RoleFields,
  type RoleReach,
  toFields,
  toRoles,
} from './role-form.ts'
import { useChange } from './use-change.ts'

type Props = {
  readonly personId: string
  readonly name: string
  readonly roles: readonly ShownRole[]
  /** What the sign-in service proposes and is not held. */
  readonly proposed: readonly string[]
  readonly givable: Givable
}

const NAMES = Object.keys(ROLE_WORDS).filter(isRoleName)

/** Who somebody is here: each role for all projects, or for listed ones. What was begun ends when what is held has changed. */
export function RoleEditor({ personId, name, roles, proposed, givable }: Props) {
  const held = toFields(roles, givable.isWide)
  const shown = JSON.stringify(roles)
  const [begun, setBegun] = useState<{ readonly on: string; readonly fields: RoleFields } | null>(null)
  const fields = begun?.on === shown ? begun.fields : held
  const { isSending, problem, send } = useChange()
  const fault = judgeRoles(fields)
  const isChanged = JSON.stringify(toRoles(fields)) !== JSON.stringify(toRoles(held))
  const wide = givable.isWide ? [] : roles.filter(({ project }) => project === null)
  const acceptable = keepAcceptable(proposed, givable.isWide)
  const offered = addProposed(held, acceptable, givable.projects)
  const put = async (wanted: RoleFields): Promise<void> => {
    await send({
      address: `/access/people/${personId}/roles`,
      method: 'PUT',
      json: { roles: toRoles(wanted), was: renderRoles(roles) },
      said: `Saved: the roles of ${name}.`,
      onOutdated: () => setBegun(null),
    })
  }
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (fault === null) await put(fields)
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="xs">
        {proposed.length > 0 && (
          <Group gap="xs" className="notice">
            <Text size="sm" className="breakable">
              The sign-in service proposes: {sayProposed(proposed, givable)}.
            </Text>
            {acceptable.length > 0 && (
              <Button
                size="compact-sm"
                variant="default"
                disabled={judgeRoles(offered) !== null || isSending}
                onClick={() => void put(offered)}
              >
                Accept{acceptable.length < proposed.length && ' for your projects'}
              </Button>
            )}
            {acceptable.length < proposed.length && (
              <Locked>What is for all projects is accepted by an administrator of all of them.</Locked>
            )}
          </Group>
        )}
        <div className={classes.roles}>
          {NAMES.map((role) => (
            <Fragment key={role}>
              <div className={classes.name}>{ROLE_WORDS[role]}</div>
              <Choice
                role={role}
                reach={fields[role]}
                givable={givable}
                onChoose={(reach) => setBegun({ on: shown, fields: { ...fields, [role]: reach } })}
              />
            </Fragment>
          ))}
        </div>
        {wide.length > 0 && (
          <Text size="xs" c="dimmed">
            Held for all projects, and decided by those who manage all of them:{' '}
            {wide.map(({ role }) => ROLE_WORDS[role]).join(', ')}.
          </Text>
        )}
        {fault !== null && (
          <Text size="sm" c="var(--bad)" role="alert">
            {fault}
          </Text>
        )}
        {problem !== null && <Refused problem={problem} />}
        <Group gap="xs">
          <Button type="submit" size="xs" disabled={!isChanged || fault !== null} loading={isSending}>
            Save roles
          </Button>
          {isChanged && (
            <Button size="xs" variant="default" onClick={() => setBegun(null)}>
              Undo
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  )
}

type ChoiceProps = {
  readonly role: RoleName
  readonly reach: RoleReach
  readonly givable: Givable
  readonly onChoose: (reach: RoleReach) => void
}

function Choice({ role, reach, givable, onChoose }: ChoiceProps) {
  const listed = reach.kind === 'listed' ? reach.projects : []
  const choose = (kind: string): void => {
    if (kind === 'listed') onChoose({ kind, projects: listed })
    else onChoose({ kind: kind === 'all' ? 'all' : 'none' })
  }
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={ROLE_WORDS[role]}
        value={reach.kind}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
        data={[
          { value: 'none', label: 'not held' },
          ...(givable.isWide ? [{ value: 'all', label: 'for all projects' }] : []),
          { value: 'listed', label: 'for listed projects' },
        ]}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset does not flow with the grid */}
      <div className={classes.projects} role="group" aria-label={`${ROLE_WORDS[role]}: projects`}>
        {reach.kind === 'listed' &&
          givable.projects.map(({ name }) => (
            <Checkbox
              key={name}
              size="xs"
              label={name}
              checked={listed.includes(name)}
              onChange={({ currentTarget }) =>
                onChoose({
                  kind: 'listed',
                  projects: currentTarget.checked
                    ? [...listed, name]
                    : listed.filter((each) => each !== name),
                })
              }
            />
          ))}
      </div>
    </>
  )
}

function sayProposed(proposed: readonly string[], { projects }: Givable): string {
  return proposed
    .map((text) => {
      const [role = '', id] = text.split('@')
      const said = isRoleName(role) ? ROLE_WORDS[role] : role
      const project = projects.find((each) => each.id === id)?.name ?? 'another project'
      return id === undefined ? `${said}, all projects` : `${said}, ${project}`
    })
    .join('; ')
}
