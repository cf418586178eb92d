import type { IncomingMessage } from 'node:http';
import { Problem } from '../errors.ts';
import { headerValues } from './header-values.ts';

/** `uri-host [ ":" port ]` (RFC 9110, section 7.2). Empty if the target has no authority. */
const HOST = /^(?:\[[\w.~!$&'()*+,;=:-]+\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})*)(?::\d*)?$/i;

/**
 * Refuses a request with no host, several hosts or an invalid one (RFC 9112, section 3.2). A proxy in between may have
 * routed it by another of them.
 * @throws {Problem} `validation-error`
 */
export function refuseHost(req: IncomingMessage): void {
  const values = headerValues(req, 'host');
  const [host] = values;
  if (host === undefined && req.httpVersion === '1.1') throw hostFault('is missing');
  if (values.length > 1) throw hostFault('is sent more than once');
  if (host !== undefined && !HOST.test(host)) throw hostFault('is not a host');
}

const hostFault = (message: string) =>
  new Problem('validation-error', 'A request names one host.', { errors: [{ field: 'Host', message }] });
