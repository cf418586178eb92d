export const USAGE = `Usage: npx . COMMAND [OPTION]... [FILE]...

  proofread [FILE]...  what is wrong in the texts: file:line:column: level: message
  critique [FILE]...   what could be better in the essays
  get ID               an operation as it is now
  list                 the tenant's operations, newest first
  wait ID              waits until an operation has ended
  cancel ID            cancels an operation

Texts are UTF-8. Without a file, or for -, standard input is read. A proofread takes 10,000 UTF-16 code units, a
critique 20,000; a longer file is an error, so split it. Lines are counted from 1, columns too, in UTF-16 code
units, as editors and language servers count them: every Tamil letter or sign is one.

  --json               one JSON document on standard output
  --sarif              SARIF 2.1.0, for code review (proofread, critique)
  --fix                writes the corrected text into the file, and that of standard input to standard output (proofread)
  --disable RULE       leaves out a rule or family, e.g. sandhi/dative or sandhi; may be repeated
  --timeout SECONDS    for each text or operation; 900 by default
  --status STATUS, --endpoint ENDPOINT, --page-size N, --page-token TOKEN    of list
  --help, --version

GOTAMIL_API is the service (http://localhost:8080 by default), TOKEN the bearer token. A service that npm start runs on
this machine needs neither. Ctrl-C cancels the operation.

Exit code: 0 nothing was found, or all was fixed; 1 something was found; 2 an error; 130 Ctrl-C.
`;
