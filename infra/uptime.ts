import * as gcp from '@pulumi/gcp';
import { type Channels, makeAlert } from './alert.ts';
import type { Place } from './place.ts';

/** Asks from outside, every minute, whether the service can reach its store. */
export function makeUptimeCheck(place: Place, channels: Channels): gcp.monitoring.UptimeCheckConfig {
  const { project, config, after } = place;
  const host = config.domain?.name ?? `${config.settings._HOSTING_SITE}.web.app`;
  const check = new gcp.monitoring.UptimeCheckConfig(
    'ready',
    {
      project,
      displayName: `https://${host}/v1/ready`,
      period: '60s',
      timeout: '10s',
      httpCheck: { path: '/v1/ready', port: 443, useSsl: true, validateSsl: true },
      monitoredResource: { type: 'uptime_url', labels: { project_id: project, host } },
    },
    after,
  );
  makeAlert(place, channels, 'not-ready', {
    title: 'Clients see errors: the service does not answer from outside',
    paragraph: 'clients-see-errors',
    severity: 'CRITICAL',
    conditions: [
      {
        displayName: 'more than one region cannot reach it, for 2 minutes',
        conditionThreshold: {
          filter: check.uptimeCheckId.apply(
            (id) =>
              `resource.type="uptime_url" AND metric.type="monitoring.googleapis.com/uptime_check/check_passed" AND metric.labels.check_id="${id}"`,
          ),
          aggregations: [
            {
              alignmentPeriod: '60s',
              perSeriesAligner: 'ALIGN_NEXT_OLDER',
              crossSeriesReducer: 'REDUCE_COUNT_FALSE',
              groupByFields: ['resource.label.host'],
            },
          ],
          comparison: 'COMPARISON_GT',
          thresholdValue: 1,
          duration: '120s',
        },
      },
    ],
  });
  return check;
}
