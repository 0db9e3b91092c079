package dev.berth.program.metrics;

import dev.berth.program.Version;
import dev.berth.provisioner.cluster.kubernetes.RequestObserver;
import dev.berth.provisioner.metrics.Meter;
import dev.berth.provisioner.metrics.Meters;
import dev.berth.storage.PoolHealth;
import dev.berth.storage.PoolStatus;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * All metrics of one process. What can be asked for is asked when Prometheus asks; the rest is
 * counted where it happens.
 */
public final class Metrics implements Meters, RequestObserver {
  /** The media type of {@link #write}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /**
   * Upstream's bounds for CSI calls begin at 0.1 s; what takes milliseconds here needs finer ones
   * below.
   */
  private static final double[] BOUNDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 25, 50, 120, 300,
    600
  };

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
  private final Map<Meter, BiConsumer<Double, String[]>> meters = new EnumMap<>(Meter.class);
  private final BiConsumer<Double, String[]> requests;
  private final BiConsumer<Double, String[]> requestSeconds;

  /** Metrics of this process alone; the others join with the methods below. */
  public Metrics() {
    for (Meter meter : Meter.values()) {
      meters.put(meter, counted(Description.of(meter)));
    }
    requests = counted(ProgramMetric.API_REQUESTS.description());
    requestSeconds = counted(ProgramMetric.API_SECONDS.description());
    ofProcess();
  }

  @Override
  public void record(Meter meter, double value, String... labelValues) {
    BiConsumer<Double, String[]> metric = meters.get(meter);
    if (metric != null) {
      metric.accept(value, labelValues);
    }
  }

  @Override
  public void answered(String verb, String resource, int code, Duration took) {
    requests.accept(1.0, new String[] {verb, resource, Integer.toString(code)});
    requestSeconds.accept(took.toNanos() / 1e9, new String[] {verb, resource});
  }

  /** Adds the pools. */
  public void pools(Supplier<List<PoolStatus>> statuses) {
    asked(
        ProgramMetric.POOL_READY,
        gauge ->
            statuses
                .get()
                .forEach(
                    pool ->
                        gauge.accept(
                            pool.health() instanceof PoolHealth.Ready ? 1.0 : 0.0,
                            pool.name().value())));
    ofReady(ProgramMetric.POOL_SIZE, statuses, ready -> ready.size().value());
    ofReady(ProgramMetric.POOL_PROMISED, statuses, ready -> ready.promised().value());
    ofReady(ProgramMetric.POOL_AVAILABLE, statuses, ready -> ready.available().value());
    ofReady(ProgramMetric.POOL_DAMAGED, statuses, ready -> ready.damaged().size());
  }

  /** Adds the drivers and whether the kubelet has them. */
  public void registrations(Supplier<Map<String, Boolean>> registered) {
    asked(
        ProgramMetric.REGISTERED,
        gauge -> registered.get().forEach((driver, is) -> gauge.accept(is ? 1.0 : 0.0, driver)));
  }

  /** Adds whether the API server is followed. */
  public void connected(BooleanSupplier connected) {
    asked(ProgramMetric.API_CONNECTED, gauge -> gauge.accept(connected.getAsBoolean() ? 1.0 : 0.0));
  }

  /** Adds a Lease and whether this process holds it. */
  public void leads(String lease, BooleanSupplier leads) {
    asked(ProgramMetric.LEADS, gauge -> gauge.accept(leads.getAsBoolean() ? 1.0 : 0.0, lease));
  }

  /** Writes every value in Prometheus' text format. */
  public void write(OutputStream out) throws IOException {
    writer.write(out, registry.scrape());
  }

  private void ofProcess() {
    asked(ProgramMetric.RESIDENT, gauge -> gauge.accept(ProcessFigures.residentBytes()));
    asked(ProgramMetric.START, gauge -> gauge.accept(ProcessFigures.startSeconds()));
    asked(ProgramMetric.FILES, gauge -> gauge.accept(ProcessFigures.openFiles()));
    asked(ProgramMetric.HEAP, gauge -> gauge.accept(ProcessFigures.heapBytes(), "heap"));
    Description build = ProgramMetric.BUILD.description();
    Info.builder()
        .name(build.name())
        .help(build.help())
        .labelNames(build.labelNames())
        .register(registry)
        .addLabelValues(Version.text());
    Description cpu = ProgramMetric.CPU.description();
    CounterWithCallback.builder()
        .name(cpu.name())
        .help(cpu.help())
        .callback(counter -> counter.call(ProcessFigures.cpuSeconds()))
        .register(registry);
  }

  private BiConsumer<Double, String[]> counted(Description metric) {
    return switch (metric.type()) {
      case COUNTER -> {
        Counter counter =
            Counter.builder()
                .name(metric.name())
                .help(metric.help())
                .labelNames(metric.labelNames())
                .register(registry);
        yield (value, labels) -> counter.labelValues(labels).inc(value);
      }
      case GAUGE -> {
        Gauge gauge =
            Gauge.builder()
                .name(metric.name())
                .help(metric.help())
                .labelNames(metric.labelNames())
                .register(registry);
        yield (value, labels) -> gauge.labelValues(labels).set(value);
      }
      case HISTOGRAM -> {
        Histogram histogram =
            Histogram.builder()
                .name(metric.name())
                .help(metric.help())
                .labelNames(metric.labelNames())
                .classicOnly()
                .classicUpperBounds(BOUNDS)
                .register(registry);
        yield (value, labels) -> histogram.labelValues(labels).observe(value);
      }
    };
  }

  /** What receives a value and the values of its labels. */
  @FunctionalInterface
  private interface Reading {
    void accept(double value, String... labelValues);
  }

  private void asked(ProgramMetric metric, Consumer<Reading> ask) {
    Description description = metric.description();
    GaugeWithCallback.builder()
        .name(description.name())
        .help(description.help())
        .labelNames(description.labelNames())
        .callback(gauge -> ask.accept(gauge::call))
        .register(registry);
  }

  @FunctionalInterface
  private interface OfReady {
    double value(PoolHealth.Ready pool);
  }

  private void ofReady(ProgramMetric metric, Supplier<List<PoolStatus>> statuses, OfReady reading) {
    asked(
        metric,
        gauge -> {
          for (PoolStatus pool : statuses.get()) {
            if (pool.health() instanceof PoolHealth.Ready ready) {
              gauge.accept(reading.value(ready), pool.name().value());
            }
          }
        });
  }
}
