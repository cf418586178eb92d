import { parseArgs } from 'node:util';
import { compose } from '../shared/compose.ts';
import { parseConfig } from '../shared/config.ts';
import { countOfTenant, eraseTenant } from '../shared/operations/access/erase-tenant.ts';

/**
 * Erases all operations of one tenant from the store that the environment names: see docs/operate.md. Without `--yes` it
 * only counts them. Exit codes: 0 none is left; 1 a record that cannot be read is left; 2 wrong arguments.
 */
const { values } = parseArgs({
  options: { tenant: { type: 'string' }, yes: { type: 'boolean', default: false } },
});
const { tenant } = values;
if (tenant === undefined || tenant === '') {
  console.error('node_modules/.bin/node scripts/erase-tenant.ts --tenant=TENANT_ID [--yes]');
  process.exit(2);
}

const runtime = await compose(parseConfig({ LOG_LEVEL: 'warn', ...process.env }, 'operations'));
try {
  if (values.yes) {
    const told = (erased: number) => console.error(`erased so far: ${erased}`);
    const { erased, corrupt } = await eraseTenant(runtime.services, tenant, told);
    console.log(`${erased} operations of ${tenant} were erased.`);
    for (const id of corrupt) console.log(`${id} cannot be read, and is left.`);
    process.exitCode = corrupt.length > 0 ? 1 : 0;
  } else {
    const count = await countOfTenant(runtime.services, tenant);
    console.log(`${count} operations of ${tenant} would be erased. To erase them, add --yes.`);
  }
} finally {
  await runtime.close();
}
