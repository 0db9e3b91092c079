package dev.berth.bench;

import dev.berth.csi.server.Endpoint;
import dev.berth.csi.server.SocketClient;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Time per step of many ext4 volumes over CSI, beside the floor measured before and after it in the
 * same run.
 */
final class VolumesBench {
  private static final long BYTES = 512L << 20;
  private static final int WARM_UP = 50;
  private static final List<String> STEPS =
      List.of("create", "stage", "publish", "unpublish", "unstage", "delete");

  private final Workbench bench;
  private final PrintStream out;

  VolumesBench(Workbench bench, PrintStream out) {
    this.bench = bench;
    this.out = out;
  }

  void run(int volumes) throws IOException {
    Floor floor = new Floor(bench);
    int half = Math.max(1, volumes / 2);
    Samples bare = floor.measure(half, BYTES);
    Samples berth = overCsi(volumes);
    bare.addAll(floor.measure(half, BYTES));
    print(volumes, bare, berth);
  }

  private Samples overCsi(int volumes) throws IOException {
    Path socket = bench.path("csi.sock");
    Process process =
        bench.berth(
            List.of(
                "csi",
                "--driver=local",
                "--endpoint=unix://" + socket,
                "--root=" + bench.folder("root"),
                "--pool=bench=" + bench.folder("pool") + ",size=10Ti,overcommit=2",
                "--init",
                "--node-id=bench"));
    try {
      bench.awaitFile(socket, process);
      try (SocketClient client = new SocketClient(new Endpoint(socket))) {
        Lives lives = new Lives(client, bench.folder("mounts"));
        lives.measure(WARM_UP, BYTES); // the JIT is part of neither
        return lives.measure(volumes, BYTES);
      }
    } finally {
      Workbench.stop(process);
    }
  }

  private void print(int volumes, Samples bare, Samples berth) {
    out.printf("%n%d ext4 volumes of 512 MiB over CSI, all at once; milliseconds%n", volumes);
    out.printf(
        "%-11s %10s %10s %10s %10s %8s%n",
        "step", "floor p50", "berth p50", "berth p99", "mean", "ratio");
    double floorSum = 0;
    double berthSum = 0;
    for (String step : STEPS) {
      double floor = bare.percentile(step, 50);
      double ours = berth.percentile(step, 50);
      floorSum += floor;
      berthSum += ours;
      out.printf(
          "%-11s %10.2f %10.2f %10.2f %10.2f %8.2f%n",
          step, floor, ours, berth.percentile(step, 99), berth.mean(step), ours / floor);
    }
    double probes = STEPS.size() * berth.percentile("probe", 50);
    out.printf(
        "%-11s %10.2f   (the floor adds one Probe call per step: gRPC itself)%n",
        "6 x Probe", probes);
    out.printf(
        "%-11s %10.2f %10.2f %21s %8.2f   budget 1.30%n",
        "whole life", floorSum + probes, berthSum, "", berthSum / (floorSum + probes));
  }
}
