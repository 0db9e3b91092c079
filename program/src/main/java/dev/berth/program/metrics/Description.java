package dev.berth.program.metrics;

import dev.berth.provisioner.metrics.Meter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A metric as people and Prometheus know it. */
record Description(Meter.Type type, String name, String help, List<String> labels) {
  static Description of(Meter meter) {
    return new Description(meter.type(), meter.text(), meter.help(), meter.labels());
  }

  /** Every metric of the program: the volume controller's, then the others. */
  static List<Description> all() {
    return Stream.concat(
            Arrays.stream(Meter.values()).map(Description::of),
            Arrays.stream(ProgramMetric.values()).map(ProgramMetric::description))
        .toList();
  }

  String[] labelNames() {
    return labels.toArray(String[]::new);
  }
}
