import * as gcp from '@pulumi/gcp';
import type { Channels } from './alert.ts';
import type { Place } from './place.ts';

/** Tells when half, nine tenths and all of the month's money is spent, and when it will be. It stops nothing. */
export function makeBudget(
  { number, project, config, after }: Place,
  channels: Channels,
): gcp.billing.Budget {
  const { billingAccount, currency, monthly } = config.budget;
  return new gcp.billing.Budget(
    'month',
    {
      billingAccount,
      displayName: project,
      budgetFilter: { projects: [number.apply((n) => `projects/${n}`)], calendarPeriod: 'MONTH' },
      amount: { specifiedAmount: { currencyCode: currency, units: String(monthly) } },
      thresholdRules: [
        { thresholdPercent: 0.5 },
        { thresholdPercent: 0.9 },
        { thresholdPercent: 1 },
        { thresholdPercent: 1, spendBasis: 'FORECASTED_SPEND' },
      ],
      // Cloud Billing takes five channels at most.
      allUpdatesRule: { monitoringNotificationChannels: channels.slice(0, 5).map(({ id }) => id) },
    },
    after,
  );
}
