import { formatDay, minutesAhead, momentsShown, partsOf, type Zone } from '../../lib/zone.ts'

/** What to write into a field whose times are read in a zone, so that it means this very moment. */
export function writeMoment(at: Date, zone: Zone): string {
  const { hour, minute, second } = partsOf(at, zone)
  const day = formatDay(at, zone)
  const milliseconds = at.getUTCMilliseconds()
  const fraction = milliseconds === 0 ? '' : `.${String(milliseconds).padStart(3, '0')}`
  const seconds = second === '00' && fraction === '' ? '' : `:${second}${fraction}`
  // Clocks that are put back show an hour twice.
  const isTwice = momentsShown(new Date(`${day}T${hour}:${minute}:${second}Z`), zone).length > 1
  return `${day} ${hour}:${minute}${seconds}${isTwice ? writeOffset(at, zone) : ''}`
}

function writeOffset(at: Date, zone: Zone): string {
  const minutes = minutesAhead(at, zone)
  const ahead = Math.abs(minutes)
  const two = (number: number): string => String(number).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`
}
