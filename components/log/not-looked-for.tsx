import type { FieldFaults } from '../../lib/audit/field-faults.ts'
import { count } from '../words.ts'

/** Stands where the log would, when its filter cannot be read: nothing was looked for, and nothing but the fields' faults. */
export function NotLookedFor({ faults: { fields, rest } }: { faults: FieldFaults }) {
  const faulty = Object.keys(fields).length
  return (
    <div className="notice" role="alert">
      {faulty > 0 &&
        `Nothing was looked for: ${count(faulty, 'field')} cannot be read. What is wrong is said there.`}
      {rest.map((fault) => (
        <div key={fault}>{fault}</div>
      ))}
    </div>
  )
}
