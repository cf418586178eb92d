import * as gcp from '@pulumi/gcp';
import { type Channels, type Condition, makeAlert } from './alert.ts';
import type { Place } from './place.ts';

/** How fast the error budget of 28 days is used up: the multiple, over a long window, and still over a short one. */
const BURNS = [
  { speed: 'fast', times: 14.4, longS: 3600, shortS: 300, severity: 'CRITICAL' },
  { speed: 'slow', times: 6, longS: 6 * 3600, shortS: 1800, severity: 'WARNING' },
] as const;

/**
 * Makes the objectives: availability of what clients ask, and latency of `submit`. `operations` has no objective of latency, because
 * most of its clients wait for an operation's end on purpose.
 */
export function makeObjectives(place: Place, channels: Channels): gcp.monitoring.Slo[] {
  const { config } = place;
  const { _SUBMIT_SERVICE: submit, _OPERATIONS_SERVICE: operations } = config.settings;
  const ofService = (name: string, metric: string) =>
    `resource.type="cloud_run_revision" resource.labels.service_name="${name}" metric.type="run.googleapis.com/${metric}"`;
  const availability = (name: string) => {
    const requests = ofService(name, 'request_count');
    return {
      goal: config.availability,
      displayName: `${name}, requests without an error of ours`,
      requestBasedSli: {
        goodTotalRatio: {
          totalServiceFilter: requests,
          badServiceFilter: `${requests} metric.labels.response_code_class="5xx"`,
        },
      },
    };
  };
  const { share, ms } = config.latency;
  const latency = {
    goal: share,
    displayName: `${submit}, answers within ${ms} ms`,
    requestBasedSli: {
      distributionCut: { distributionFilter: ofService(submit, 'request_latencies'), range: { max: ms } },
    },
  };
  return [
    makeObjective(place, channels, submit, 'availability', availability(submit)),
    makeObjective(place, channels, operations, 'availability', availability(operations)),
    makeObjective(place, channels, submit, 'latency', latency),
  ];
}

type Indicator = Pick<gcp.monitoring.SloArgs, 'requestBasedSli'> & { goal: number; displayName: string };

function makeObjective(
  place: Place,
  channels: Channels,
  service: string,
  kind: 'availability' | 'latency',
  indicator: Indicator,
): gcp.monitoring.Slo {
  const { project, after } = place;
  const name = `${service}-${kind}`;
  const monitored = new gcp.monitoring.CustomService(
    name,
    { project, serviceId: name, displayName: `${service}, ${kind}` },
    after,
  );
  const objective = new gcp.monitoring.Slo(
    name,
    { project, service: monitored.serviceId, sloId: name, rollingPeriodDays: 28, ...indicator },
    after,
  );
  for (const { speed, times, longS, shortS, severity } of BURNS) {
    // A promise of 90% cannot be missed 14 times as much as that.
    if (times * (1 - indicator.goal) >= 1) continue;
    const burns = (windowS: number): Condition => ({
      displayName: `${times} times as fast over ${windowS / 60} minutes`,
      conditionThreshold: {
        filter: `select_slo_burn_rate("projects/${project}/services/${name}/serviceLevelObjectives/${name}", "${windowS}s")`,
        comparison: 'COMPARISON_GT',
        thresholdValue: times,
        duration: '0s',
      },
    });
    const then = { ...place, after: { ...after, dependsOn: [objective] } };
    makeAlert(then, channels, `${name}-${speed}`, {
      title: `Clients see errors: ${indicator.displayName}, the budget burns ${times} times too fast`,
      paragraph: 'clients-see-errors',
      severity,
      conditions: [burns(longS), burns(shortS)],
      together: true,
    });
  }
  return objective;
}
