/**
 * What Prometheus reads: the counters of the volume controller under their upstream names, the
 * pools, the requests to the API server and the process itself, gathered by {@link
 * dev.berth.program.metrics.Metrics}. The page docs/metrics.md is written from the same tables.
 */
@NullMarked
package dev.berth.program.metrics;

import org.jspecify.annotations.NullMarked;
