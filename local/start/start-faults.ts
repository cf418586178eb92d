import { StoreUnavailable } from '../../shared/operations/store/port.ts';

/** A message for a fault that the user can mend. Any other error is thrown again. */
export function startFault(error: unknown, port: number, command: string): string {
  const wayOut = `or let a free one be chosen: PORT=0 ${command}`;
  if (error instanceof StoreUnavailable) return `SQLITE_PATH: ${error.message}`;
  if (!(error instanceof Error)) throw error;
  const { code, syscall, path }: NodeJS.ErrnoException = error;
  if (code === 'EADDRINUSE') return `Port ${port} is in use. Free it, ${wayOut}`;
  if (code === 'EADDRNOTAVAIL' || syscall === 'getaddrinfo')
    return `HOST: this machine has no such address (${code})`;
  if (syscall === 'listen') return `Port ${port} cannot be had (${code}). Take another, ${wayOut}`;
  // Everything that the start writes lies beside the database. A missing file would lie elsewhere, so it is another fault.
  if (path !== undefined && code !== 'ENOENT') return `SQLITE_PATH: ${error.message}`;
  throw error;
}

/** Says why there is no service, and ends the process. */
export function failToStart(message: string): never {
  console.error(message);
  process.exit(1);
}
